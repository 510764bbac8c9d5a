// System calls that need nothing but their arguments.

#include "syscalls.h"

#include <linux/capability.h>
#include <linux/mount.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <string>

#include "arguments.h"
#include "errors.h"
#include "fd.h"
#include "fork.h"

namespace tsbt {
namespace {

Napi::Value Checked(Napi::Env env, const char* syscall, long result) {
  if (result < 0) ThrowErrno(env, syscall, errno);
  return Napi::Number::New(env, static_cast<double>(result));
}

// bpf(command, attr, pointers, expected) -> number
// The error `expected`, an errno or 0, is no exception but -1: such calls fail as often as they succeed.
Napi::Value Bpf(const Napi::CallbackInfo& info) {
  const Bytes attr = BytesOf(info[1]);
  long result;
  int err;
  {
    PointerFields fields(attr, info[2]);
    const DeferredSignals deferred;
    result = ::syscall(SYS_bpf, Int32Of(info[0]), attr.data, attr.length);
    err = errno;
  }
  if (result < 0 && err == Int32Of(info[3])) return Napi::Number::New(info.Env(), -1);
  errno = err;
  return Checked(info.Env(), "bpf", result);
}

// perfEventOpen(attr, pointers, pid, cpu, groupFd, flags) -> fd
Napi::Value PerfEventOpen(const Napi::CallbackInfo& info) {
  const Bytes attr = BytesOf(info[0]);
  const auto flags = static_cast<unsigned long>(info[5].As<Napi::Number>().Int64Value());
  long result;
  int err;
  {
    PointerFields fields(attr, info[1]);
    const DeferredSignals deferred;
    result = ::syscall(SYS_perf_event_open, attr.data, Int32Of(info[2]), Int32Of(info[3]), Int32Of(info[4]), flags);
    err = errno;
  }
  errno = err;
  return Checked(info.Env(), "perf_event_open", result);
}

// ioctl(fd, request, argument: number | typed array) -> number
Napi::Value Ioctl(const Napi::CallbackInfo& info) {
  const auto request = static_cast<unsigned long>(info[1].As<Napi::Number>().Int64Value());
  const long result = info[2].IsNumber()
                          ? ::ioctl(Int32Of(info[0]), request, static_cast<long>(info[2].As<Napi::Number>().Int64Value()))
                          : ::ioctl(Int32Of(info[0]), request, BytesOf(info[2]).data);
  return Checked(info.Env(), "ioctl", result);
}

// close(fd)
Napi::Value Close(const Napi::CallbackInfo& info) {
  // On Linux the descriptor is gone even after EINTR, so only a bad one is an error.
  if (::close(Int32Of(info[0])) < 0 && errno == EBADF) ThrowErrno(info.Env(), "close", errno);
  return info.Env().Undefined();
}

// pidfdOpen(pid) -> fd
Napi::Value PidfdOpen(const Napi::CallbackInfo& info) {
  return Checked(info.Env(), "pidfd_open", ::syscall(SYS_pidfd_open, Int32Of(info[0]), 0));
}

// openFilesystem(type) -> fd of the root directory of a mount that nobody else sees and that ends with the descriptor
Napi::Value OpenFilesystem(const Napi::CallbackInfo& info) {
  const std::string type = info[0].As<Napi::String>().Utf8Value();
  const Fd context(static_cast<int>(::syscall(SYS_fsopen, type.c_str(), FSOPEN_CLOEXEC)));
  if (!context) ThrowErrno(info.Env(), "fsopen", errno);
  if (::syscall(SYS_fsconfig, context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) < 0) {
    ThrowErrno(info.Env(), "fsconfig", errno);
  }
  return Checked(info.Env(), "fsmount", ::syscall(SYS_fsmount, context.get(), FSMOUNT_CLOEXEC, 0));
}

// capget() -> bigint: the effective set as a bit mask
Napi::Value Capget(const Napi::CallbackInfo& info) {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};
  if (::syscall(SYS_capget, &header, data) < 0) ThrowErrno(info.Env(), "capget", errno);
  return Napi::BigInt::New(info.Env(), uint64_t{data[1].effective} << 32 | data[0].effective);
}

// getRlimit(resource) -> [soft, hard], as bigint; 2^64-1 is "no limit"
Napi::Value GetRlimit(const Napi::CallbackInfo& info) {
  rlimit limit;
  if (::getrlimit(static_cast<Resource>(Int32Of(info[0])), &limit) < 0) {
    ThrowErrno(info.Env(), "getrlimit", errno);
  }
  Napi::Array pair = Napi::Array::New(info.Env(), 2);
  pair.Set(0u, Napi::BigInt::New(info.Env(), uint64_t{limit.rlim_cur}));
  pair.Set(1u, Napi::BigInt::New(info.Env(), uint64_t{limit.rlim_max}));
  return pair;
}

// setRlimit(resource, soft, hard)
Napi::Value SetRlimit(const Napi::CallbackInfo& info) {
  bool lossless;
  const rlimit limit = {info[1].As<Napi::BigInt>().Uint64Value(&lossless),
                        info[2].As<Napi::BigInt>().Uint64Value(&lossless)};
  if (::setrlimit(static_cast<Resource>(Int32Of(info[0])), &limit) < 0) {
    ThrowErrno(info.Env(), "setrlimit", errno);
  }
  return info.Env().Undefined();
}

// clockNs(clockId) -> bigint
Napi::Value ClockNs(const Napi::CallbackInfo& info) {
  timespec now;
  if (::clock_gettime(Int32Of(info[0]), &now) < 0) ThrowErrno(info.Env(), "clock_gettime", errno);
  return Napi::BigInt::New(info.Env(), int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec);
}

// throwErrno(syscall, errno): for a failure that a child process reports
Napi::Value Throw(const Napi::CallbackInfo& info) {
  ThrowErrno(info.Env(), info[0].As<Napi::String>().Utf8Value().c_str(), Int32Of(info[1]));
}

// exitNow(status): ends the process without unwinding Node. Nothing is flushed.
Napi::Value ExitNow(const Napi::CallbackInfo& info) { ::_exit(Int32Of(info[0])); }

}  // namespace

void ExportSyscalls(Napi::Env env, Napi::Object exports) {
  exports.Set("bpf", Napi::Function::New<Bpf>(env));
  exports.Set("perfEventOpen", Napi::Function::New<PerfEventOpen>(env));
  exports.Set("ioctl", Napi::Function::New<Ioctl>(env));
  exports.Set("close", Napi::Function::New<Close>(env));
  exports.Set("pidfdOpen", Napi::Function::New<PidfdOpen>(env));
  exports.Set("openFilesystem", Napi::Function::New<OpenFilesystem>(env));
  exports.Set("capget", Napi::Function::New<Capget>(env));
  exports.Set("getRlimit", Napi::Function::New<GetRlimit>(env));
  exports.Set("setRlimit", Napi::Function::New<SetRlimit>(env));
  exports.Set("clockNs", Napi::Function::New<ClockNs>(env));
  exports.Set("throwErrno", Napi::Function::New<Throw>(env));
  exports.Set("exitNow", Napi::Function::New<ExitNow>(env));
}

}  // namespace tsbt
