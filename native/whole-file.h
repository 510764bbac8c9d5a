#pragma once

#include <napi.h>

namespace tsbt {

void ExportWholeFile(Napi::Env env, Napi::Object exports);

}  // namespace tsbt
