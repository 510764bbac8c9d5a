#pragma once

#include <napi.h>

namespace tsbt {

// A child process that waits for permission to exec.
void ExportChild(Napi::Env env, Napi::Object exports);

}  // namespace tsbt
