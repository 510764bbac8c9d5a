#pragma once

#include <napi.h>

namespace tsbt {

void ExportSyscalls(Napi::Env env, Napi::Object exports);

}  // namespace tsbt
