#include "child.h"

#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <vector>

#include "arguments.h"
#include "errors.h"
#include "fork.h"
#include "pipe.h"
#include "program.h"

namespace tsbt {
namespace {

constexpr int kStandard[] = {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO};

struct Plan {
  Program program;
  bool traced;
  pid_t parent;
  int permission;
  int report;
};

// The child, up to exec. Only async-signal-safe calls. Dies with its parent: when that happens before prctl(), or when
// the parent drops the permission pipe, read() sees its end.
[[noreturn]] void Exec(const Plan& plan, const std::vector<int>& keep) noexcept {
  CloseAllBut(keep);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != plan.parent) ::_exit(1);
  plan.program.Prepare();
  char byte;
  if (::read(plan.permission, &byte, 1) != 1) ::_exit(1);
  if (plan.traced) ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
  plan.program.Exec();
  const int err = errno;
  if (::write(plan.report, &err, sizeof err) != sizeof err) ::_exit(126);
  ::_exit(127);
}

// spawnStopped(program, traced) -> [pid, permission fd, report fd]
//
// One byte written to `permission` lets the child exec; `report` then ends, or holds the errno of exec.
Napi::Value SpawnStopped(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Pipe permission = OpenPipe(env);
  Pipe report = OpenPipe(env);
  const Plan plan = {Program(info[0]), info[1].As<Napi::Boolean>().Value(), ::getpid(), permission.reader.get(),
                     report.writer.get()};
  std::vector<int> keep(std::begin(kStandard), std::end(kStandard));
  keep.push_back(plan.permission);
  keep.push_back(plan.report);
  std::sort(keep.begin(), keep.end());

  Napi::Array result = Napi::Array::New(env, 3);
  result.Set(1u, Napi::Number::New(env, permission.writer.get()));
  result.Set(2u, Napi::Number::New(env, report.reader.get()));
  pid_t child;
  {
    BlockedSignals blocked;
    child = Fork();
    if (child == 0) Exec(plan, keep);
  }
  if (child < 0) ThrowErrno(env, "fork", errno);
  // If this fails the pipes are closed, and the child ends.
  result.Set(0u, Napi::Number::New(env, child));
  permission.writer.release();
  report.reader.release();
  return result;
}

// waitChild(pid, block) -> the status of wait(2), or undefined while there is none
Napi::Value WaitChild(const Napi::CallbackInfo& info) {
  int status;
  pid_t pid;
  do {
    pid = ::waitpid(Int32Of(info[0]), &status, info[1].As<Napi::Boolean>().Value() ? 0 : WNOHANG);
  } while (pid < 0 && errno == EINTR);
  if (pid < 0) ThrowErrno(info.Env(), "waitpid", errno);
  return pid == 0 ? info.Env().Undefined() : Napi::Number::New(info.Env(), status);
}

// ptraceSeize(pid): a child that waits for permission will stop when it has executed its program, and end with us
Napi::Value PtraceSeize(const Napi::CallbackInfo& info) {
  const long options = PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
  if (::ptrace(PTRACE_SEIZE, Int32Of(info[0]), nullptr, options) < 0) ThrowErrno(info.Env(), "ptrace", errno);
  return info.Env().Undefined();
}

#ifdef __x86_64__
// Waits for the trap of a breakpoint; signals go to the child as if nobody looked.
bool WaitForTrap(pid_t pid) {
  int status;
  for (;;) {
    if (::waitpid(pid, &status, __WALL) < 0) {
      if (errno == EINTR) continue;
      return false;
    }
    if (!WIFSTOPPED(status)) return false;
    if (WSTOPSIG(status) == SIGTRAP && status >> 16 == 0) return true;
    const bool isEvent = status >> 16 != 0;
    if (::ptrace(PTRACE_CONT, pid, nullptr, isEvent ? 0L : static_cast<long>(WSTOPSIG(status))) < 0) return false;
  }
}

// Puts a breakpoint (int3) at the address, lets the stopped child run into it, and takes it away.
bool RunTo(pid_t pid, uint64_t address) {
  void* const at = reinterpret_cast<void*>(address);
  errno = 0;
  const long word = ::ptrace(PTRACE_PEEKTEXT, pid, at, nullptr);
  if (errno != 0) return false;
  if (::ptrace(PTRACE_POKETEXT, pid, at, (word & ~0xffL) | 0xcc) < 0) return false;
  if (::ptrace(PTRACE_CONT, pid, nullptr, nullptr) < 0 || !WaitForTrap(pid)) return false;
  user_regs_struct registers;
  if (::ptrace(PTRACE_POKETEXT, pid, at, word) < 0) return false;
  if (::ptrace(PTRACE_GETREGS, pid, nullptr, &registers) < 0) return false;
  if (registers.rip == address + 1) registers.rip = address;
  return ::ptrace(PTRACE_SETREGS, pid, nullptr, &registers) == 0;
}
#else
bool RunTo(pid_t, uint64_t) { return false; }
#endif

// ptraceRunTo(pid, address) -> whether the stopped child has come to the address, where it stays; else it runs on
Napi::Value PtraceRunTo(const Napi::CallbackInfo& info) {
  const pid_t pid = Int32Of(info[0]);
  bool lossless;
  const bool isThere = RunTo(pid, info[1].As<Napi::BigInt>().Uint64Value(&lossless));
  if (!isThere) ::ptrace(PTRACE_DETACH, pid, nullptr, nullptr);
  return Napi::Boolean::New(info.Env(), isThere);
}

// ptraceDetach(pid): lets a child that was started traced, and has stopped, run on its own
Napi::Value PtraceDetach(const Napi::CallbackInfo& info) {
  if (::ptrace(PTRACE_DETACH, Int32Of(info[0]), nullptr, nullptr) < 0) ThrowErrno(info.Env(), "ptrace", errno);
  return info.Env().Undefined();
}

}  // namespace

void ExportChild(Napi::Env env, Napi::Object exports) {
  exports.Set("spawnStopped", Napi::Function::New<SpawnStopped>(env));
  exports.Set("waitChild", Napi::Function::New<WaitChild>(env));
  exports.Set("ptraceSeize", Napi::Function::New<PtraceSeize>(env));
  exports.Set("ptraceRunTo", Napi::Function::New<PtraceRunTo>(env));
  exports.Set("ptraceDetach", Napi::Function::New<PtraceDetach>(env));
}

}  // namespace tsbt
