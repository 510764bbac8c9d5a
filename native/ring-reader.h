#pragma once

#include <napi.h>

namespace tsbt {

// A BPF ring buffer that is read when JavaScript asks, and wakes nobody.
void ExportRingReader(Napi::Env env, Napi::Object exports);

}  // namespace tsbt
