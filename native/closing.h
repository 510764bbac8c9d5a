#pragma once

#include <napi.h>

namespace tsbt {

// Ways to close many descriptors whose closing is slow: perf events of tracepoints and uprobes wait for RCU.
void ExportClosing(Napi::Env env, Napi::Object exports);

}  // namespace tsbt
