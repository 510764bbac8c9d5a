#pragma once

#include <napi.h>

namespace tsbt {

// Throws an Error { code: "EPERM", errno: 1, syscall } to JavaScript.
[[noreturn]] void ThrowErrno(Napi::Env env, const char* syscall, int err);

}  // namespace tsbt
