#include "capture.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "errors.h"
#include "fork.h"
#include "pipe.h"
#include "program.h"

namespace tsbt {
namespace {

// The child, up to exec. Only async-signal-safe calls.
[[noreturn]] void Exec(const Program& program, int output, int report) noexcept {
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  program.Exec();
  const int err = errno;
  [[maybe_unused]] const ssize_t written = ::write(report, &err, sizeof err);
  ::_exit(127);
}

std::string ReadToEnd(int fd) {
  std::string all;
  char piece[1 << 14];
  for (;;) {
    const ssize_t got = ::read(fd, piece, sizeof piece);
    if (got > 0) all.append(piece, static_cast<size_t>(got));
    if (got == 0 || (got < 0 && errno != EINTR)) return all;
  }
}

int Wait(pid_t pid) noexcept {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  return status;
}

// capture(program) -> [the status of wait(2), a Buffer with what it wrote to its standard output and error]
Napi::Value Capture(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Program program(info[0]);
  Pipe output = OpenPipe(env);
  Pipe report = OpenPipe(env);
  pid_t child;
  {
    BlockedSignals blocked;
    child = Fork();
    if (child == 0) Exec(program, output.writer.get(), report.writer.get());
  }
  if (child < 0) ThrowErrno(env, "fork", errno);
  output.writer.reset();
  report.writer.reset();
  const std::string text = ReadToEnd(output.reader.get());
  const std::string failure = ReadToEnd(report.reader.get());
  const int status = Wait(child);
  if (int err; failure.size() == sizeof err) {
    failure.copy(reinterpret_cast<char*>(&err), sizeof err);
    ThrowErrno(env, "execve", err);
  }
  Napi::Array result = Napi::Array::New(env, 2);
  result.Set(0u, Napi::Number::New(env, status));
  result.Set(1u, Napi::Buffer<char>::Copy(env, text.data(), text.size()));
  return result;
}

}  // namespace

void ExportCapture(Napi::Env env, Napi::Object exports) { exports.Set("capture", Napi::Function::New<Capture>(env)); }

}  // namespace tsbt
