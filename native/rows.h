#pragma once

#include <napi.h>

namespace tsbt {

void ExportRows(Napi::Env env, Napi::Object exports);

}  // namespace tsbt
