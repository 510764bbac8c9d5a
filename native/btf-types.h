#pragma once

#include <napi.h>

namespace tsbt {

void ExportBtfTypes(Napi::Env env, Napi::Object exports);

}  // namespace tsbt
