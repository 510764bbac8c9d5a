#include "errors.h"

#include <uv.h>

#include <cstring>
#include <string>

namespace tsbt {
namespace {

// Kernel-internal, but bpf(2) and perf_event_open(2) let it out. The C library has no name for it.
constexpr int kENotSupp = 524;

std::string NameOf(int err) {
  if (err == kENotSupp) return "ENOTSUPP";
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 32)
  if (const char* name = strerrorname_np(err)) return name;
#else
  if (const char* name = uv_err_name(-err); std::strncmp(name, "Unknown", 7) != 0) return name;
#endif
  return "E" + std::to_string(err);
}

}  // namespace

void ThrowErrno(Napi::Env env, const char* syscall, int err) {
  const std::string code = NameOf(err);
  const char* words = err == kENotSupp ? "Operation not supported by the kernel" : std::strerror(err);
  Napi::Error error = Napi::Error::New(env, std::string(syscall) + ": " + words + " (" + code + ")");
  error.Set("code", Napi::String::New(env, code));
  error.Set("errno", Napi::Number::New(env, err));
  error.Set("syscall", Napi::String::New(env, syscall));
  throw error;
}

}  // namespace tsbt
