#pragma once

#include <napi.h>

namespace tsbt {

void ExportSortLines(Napi::Env env, Napi::Object exports);

}  // namespace tsbt
