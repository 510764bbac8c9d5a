#pragma once

#include <napi.h>

namespace tsbt {

void ExportLineTable(Napi::Env env, Napi::Object exports);

}  // namespace tsbt
