#pragma once

#include <napi.h>

namespace tsbt {

void ExportCapture(Napi::Env env, Napi::Object exports);

}  // namespace tsbt
