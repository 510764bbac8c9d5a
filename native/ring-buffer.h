#pragma once

#include <napi.h>

namespace tsbt {

// The consumer of a BPF ring buffer: copies records on a thread of its own and hands them to JavaScript in batches.
void ExportRingBuffer(Napi::Env env, Napi::Object exports);

}  // namespace tsbt
