#pragma once

#include <napi.h>

namespace tsbt {

// Calls JavaScript each time that a descriptor is readable, from Node's own event loop.
void ExportFdWatcher(Napi::Env env, Napi::Object exports);

}  // namespace tsbt
