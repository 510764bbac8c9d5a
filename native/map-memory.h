#pragma once

#include <napi.h>

namespace tsbt {

// The values of an mmapable array map, as memory of this process.
void ExportMapMemory(Napi::Env env, Napi::Object exports);

}  // namespace tsbt
