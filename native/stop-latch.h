#pragma once

#include <napi.h>

namespace tsbt {

// The first signal that asks a process to end, seen without a turn of the event loop; and waiting that it breaks off.
void ExportStopLatch(Napi::Env env, Napi::Object exports);

}  // namespace tsbt
