#pragma once

#include <napi.h>

namespace tsbt {

// C++ symbol names.
void ExportDemangle(Napi::Env env, Napi::Object exports);

}  // namespace tsbt
