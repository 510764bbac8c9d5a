#include "stop-latch.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <utility>
#include <vector>

#include "arguments.h"
#include "errors.h"
#include "fd.h"
#include "shared-memory.h"

namespace tsbt {
namespace {

constexpr size_t kMostSignals = 8;

// What comes so soon after the first is the same wish: timeout(1) signals its child, and then the group in which it is.
constexpr int64_t kSameWishNs = 200'000'000;

// What a handler reaches: it belongs to the process, as the signals do.
struct Armed {
  int32_t* came;
  int wake;
  int64_t cameNs;
  bool isGivenBack;
  size_t count;
  std::array<int, kMostSignals> signals;
  std::array<struct sigaction, kMostSignals> before;
};
Armed armed;

int64_t NowNs() noexcept {
  timespec now = {};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

// Async-signal-safe. From then on they do what they did before the latch.
void GiveBack() noexcept {
  if (std::exchange(armed.isGivenBack, true)) return;
  for (size_t i = 0; i < armed.count; i++) ::sigaction(armed.signals[i], &armed.before[i], nullptr);
}

void OnSignal(int number) noexcept {
  const int saved = errno;
  if (__atomic_load_n(armed.came, __ATOMIC_SEQ_CST) == 0) {
    armed.cameNs = NowNs();
    __atomic_store_n(armed.came, number, __ATOMIC_SEQ_CST);
    const uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(armed.wake, &one, sizeof one);
  } else if (NowNs() - armed.cameNs > kSameWishNs) {
    GiveBack();
    ::raise(number);  // comes when the handler has returned: it blocks all signals
  }
  errno = saved;
}

// new StopLatch(signals): `memory` holds an int32, the number of the signal that has come, or 0; `fd` is readable from
// then on. There is one at a time. close() gives the signals back; so does a second signal, which then does what it did.
class StopLatch : public Napi::ObjectWrap<StopLatch> {
 public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(env, "StopLatch",
                       {InstanceMethod<&StopLatch::CloseMethod>("close"), InstanceAccessor<&StopLatch::Memory>("memory"),
                        InstanceAccessor<&StopLatch::Number>("fd")});
  }

  explicit StopLatch(const Napi::CallbackInfo& info) : Napi::ObjectWrap<StopLatch>(info) {
    const std::vector<int> signals = Int32sOf(info[0]);
    if (armed.count > 0 || signals.size() > kMostSignals) ThrowErrno(Env(), "sigaction", EBUSY);
    wake_.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!wake_) ThrowErrno(Env(), "eventfd", errno);
    memory_ = std::make_shared<Mapping>(Mapping::Anonymous(sizeof(int32_t)));
    if (!*memory_) ThrowErrno(Env(), "mmap", errno);
    armed.came = reinterpret_cast<int32_t*>(memory_->bytes());
    armed.wake = wake_.get();
    armed.isGivenBack = false;
    struct sigaction action = {};
    action.sa_handler = OnSignal;
    action.sa_flags = SA_RESTART;
    ::sigfillset(&action.sa_mask);
    for (const int signal : signals) {
      armed.signals[armed.count] = signal;
      ::sigaction(signal, nullptr, &armed.before[armed.count++]);
    }
    for (const int signal : signals) ::sigaction(signal, &action, nullptr);
    isArmed_ = true;
    Ref();  // the handler uses what it owns
    napi_add_env_cleanup_hook(Env(), CloseAtExit, this);
  }

 private:
  static void CloseAtExit(void* self) { static_cast<StopLatch*>(self)->Close(); }

  bool Close() {
    if (!std::exchange(isArmed_, false)) return false;
    GiveBack();
    armed.count = 0;
    return true;
  }

  Napi::Value CloseMethod(const Napi::CallbackInfo& info) {
    if (Close()) {
      napi_remove_env_cleanup_hook(info.Env(), CloseAtExit, this);
      Unref();
    }
    return info.Env().Undefined();
  }

  Napi::Value Memory(const Napi::CallbackInfo& info) { return BufferOver(info.Env(), memory_); }
  Napi::Value Number(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), wake_.get()); }

  Fd wake_;
  std::shared_ptr<Mapping> memory_;
  bool isArmed_ = false;
};

// awaitReadable(fd, stop): blocks until `fd` can be read, and is false if `stop`, a descriptor or -1, is readable first.
Napi::Value AwaitReadable(const Napi::CallbackInfo& info) {
  pollfd fds[] = {{Int32Of(info[0]), POLLIN, 0}, {Int32Of(info[1]), POLLIN, 0}};
  while (::poll(fds, 2, -1) < 0) {
    if (errno != EINTR) ThrowErrno(info.Env(), "poll", errno);
  }
  return Napi::Boolean::New(info.Env(), fds[1].revents == 0);
}

}  // namespace

void ExportStopLatch(Napi::Env env, Napi::Object exports) {
  exports.Set("StopLatch", StopLatch::Define(env));
  exports.Set("awaitReadable", Napi::Function::New<AwaitReadable>(env));
}

}  // namespace tsbt
