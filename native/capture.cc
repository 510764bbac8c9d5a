#include "capture.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <string>

#include "arguments.h"
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
  program.Prepare();
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

// How long what is asked to end may take, until nobody waits for it any more.
constexpr int kGraceMs = 200;

// What a child prints, until it ends. When `stop` is readable, it is asked to.
class Listener {
 public:
  Listener(pid_t child, int output, int stop) noexcept : child_(child), fds_{{output, POLLIN, 0}, {stop, POLLIN, 0}} {}

  // False when it has not ended in time.
  bool Listen(std::string& all) {
    char piece[1 << 14];
    for (;;) {
      const int ready = ::poll(fds_, 2, isAsked_ ? RestMs() : -1);
      if (ready < 0 && errno == EINTR) continue;
      if (ready <= 0) return false;
      if (fds_[1].revents != 0) AskToEnd();
      if (fds_[0].revents == 0) continue;
      const ssize_t got = ::read(fds_[0].fd, piece, sizeof piece);
      if (got > 0) all.append(piece, static_cast<size_t>(got));
      if (got == 0 || (got < 0 && errno != EINTR)) return true;
    }
  }

 private:
  using Clock = std::chrono::steady_clock;

  void AskToEnd() noexcept {
    ::kill(child_, SIGTERM);
    isAsked_ = true;
    limit_ = Clock::now() + std::chrono::milliseconds(kGraceMs);
    fds_[1].fd = -1;
  }

  int RestMs() const noexcept {
    const auto rest = std::chrono::ceil<std::chrono::milliseconds>(limit_ - Clock::now()).count();
    return static_cast<int>(std::max<decltype(rest)>(rest, 0));
  }

  const pid_t child_;
  pollfd fds_[2];
  bool isAsked_ = false;
  Clock::time_point limit_{};
};

int Wait(pid_t pid) noexcept {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  return status;
}

// capture(program, stop) -> [the status of wait(2), a Buffer with what it wrote to its standard output and error]
//
// When `stop`, a descriptor or -1, is readable, the program is asked to end; if it does not, the status is undefined.
Napi::Value Capture(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Program program(info[0]);
  const int stop = Int32Of(info[1]);
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
  std::string failure;
  std::string text;
  bool hasEnded;
  try {
    failure = ReadToEnd(report.reader.get());  // there is an end to it when the program is in place
    hasEnded = Listener(child, output.reader.get(), stop).Listen(text);
  } catch (...) {
    ::kill(child, SIGKILL);
    Wait(child);
    throw;
  }
  Napi::Value status = env.Undefined();
  if (hasEnded) status = Napi::Number::New(env, Wait(child));
  if (int err; failure.size() == sizeof err) {
    failure.copy(reinterpret_cast<char*>(&err), sizeof err);
    ThrowErrno(env, "execve", err);
  }
  Napi::Array result = Napi::Array::New(env, 2);
  result.Set(0u, status);
  result.Set(1u, Napi::Buffer<char>::Copy(env, text.data(), text.size()));
  return result;
}

}  // namespace

void ExportCapture(Napi::Env env, Napi::Object exports) { exports.Set("capture", Napi::Function::New<Capture>(env)); }

}  // namespace tsbt
