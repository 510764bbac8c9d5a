#include "ring-buffer.h"

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <mutex>
#include <system_error>
#include <thread>

#include "arguments.h"
#include "bpf-ring.h"
#include "errors.h"
#include "fd.h"
#include "fork.h"
#include "shared-memory.h"

namespace tsbt {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr uint64_t kNoEnd = UINT64_MAX;

// While records are left in the ring, how often to look whether it is filling up.
constexpr nanoseconds kLook = milliseconds(1);

// Spaces out what happens more often than once per interval, without delaying a short burst: as in the generic cell
// rate algorithm, `expected_` runs ahead of the clock by one interval for each turn taken.
class Pacer {
 public:
  explicit Pacer(nanoseconds interval) noexcept : interval_(interval) {}
  Clock::time_point NextTurn() const noexcept { return expected_ - (kBurst - 1) * interval_; }
  void TakeTurn() noexcept { expected_ = std::max(expected_, Clock::now()) + interval_; }

 private:
  static constexpr int kBurst = 8;
  const nanoseconds interval_;
  Clock::time_point expected_{};
};

// Sleeps until the ring's producer wakes us, another thread does, or the time is over.
class Sleeper {
 public:
  // False after a failed system call, with errno set.
  bool Open(int ringFd) noexcept {
    epoll_.reset(::epoll_create1(EPOLL_CLOEXEC));
    control_.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!epoll_ || !control_) return false;
    // Edge-triggered: records that are left in the ring on purpose must not end every sleep.
    return Watch(ringFd, EPOLLIN | EPOLLET) && Watch(control_.get(), EPOLLIN);
  }
  // Any thread.
  void Wake() const noexcept {
    const uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(control_.get(), &one, sizeof one);
  }
  // True when the producer woke us.
  bool Sleep(nanoseconds atMost) const noexcept {
    epoll_event events[2];
    const int count = EpollWait(events, atMost);
    bool producer = false;
    for (int i = 0; i < count; i++) {
      if (events[i].data.fd != control_.get()) producer = true;
      uint64_t wakes;
      if (events[i].data.fd == control_.get()) [[maybe_unused]] const ssize_t got = ::read(control_.get(), &wakes, sizeof wakes);
    }
    return producer;
  }
  void SleepUntilWoken() const noexcept { Sleep(nanoseconds::max()); }

 private:
  bool Watch(int fd, uint32_t events) const noexcept {
    epoll_event event = {};
    event.events = events;
    event.data.fd = fd;
    return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
  }
  int EpollWait(epoll_event (&events)[2], nanoseconds atMost) const noexcept {
    if (atMost == nanoseconds::max()) return ::epoll_wait(epoll_.get(), events, 2, -1);
#ifdef SYS_epoll_pwait2
    const timespec limit = {atMost.count() / 1'000'000'000, atMost.count() % 1'000'000'000};
    const long count = ::syscall(SYS_epoll_pwait2, epoll_.get(), events, 2, &limit, nullptr, 0);
    if (count >= 0 || errno != ENOSYS) return static_cast<int>(count);
#endif
    return ::epoll_wait(epoll_.get(), events, 2, static_cast<int>(std::chrono::ceil<milliseconds>(atMost).count()));
  }

  Fd epoll_;
  Fd control_;
};

// new RingBuffer(fd, sizeBytes, batchBytes, intervalNs, onBatch(which, usedBytes))
//
// Two batches. The thread fills `back`; `front` is JavaScript's from when it is posted until onBatch returns:
//
//   filling -> posted -> handling -> free, and the two change places
//
// Until then the thread leaves records where they are: while we stand behind the producer, the kernel wakes nobody,
// so under load there is one wake-up per batch. Only a ring that is filling up is emptied into `back` meanwhile.
class RingBuffer : public Napi::ObjectWrap<RingBuffer> {
 public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(env, "RingBuffer",
                       {InstanceMethod<&RingBuffer::Drain>("drain"), InstanceMethod<&RingBuffer::StopMethod>("stop"),
                        InstanceMethod<&RingBuffer::BacklogMethod>("backlog"),
                        InstanceMethod<&RingBuffer::Hold>("hold"), InstanceMethod<&RingBuffer::Resume>("resume"),
                        InstanceAccessor<&RingBuffer::Buffers>("buffers")});
  }

  explicit RingBuffer(const Napi::CallbackInfo& info)
      : Napi::ObjectWrap<RingBuffer>(info),
        target_(static_cast<size_t>(info[2].As<Napi::Number>().Int64Value())),
        pacer_(nanoseconds(info[3].As<Napi::Number>().Int64Value())) {
    const int fd = Int32Of(info[0]);
    const auto size = static_cast<size_t>(info[1].As<Napi::Number>().Int64Value());
    if (!ring_.Open(fd, size)) ThrowErrno(Env(), "mmap", errno);
    if (!sleeper_.Open(fd)) ThrowErrno(Env(), "epoll_ctl", errno);
    for (Batch& batch : batches_) {
      batch.memory = std::make_shared<Mapping>(Mapping::Anonymous(target_ + size));
      if (!*batch.memory) ThrowErrno(Env(), "mmap", errno);
    }
    const auto onBatch = info[4].As<Napi::Function>();
    onBatch_ = Napi::Persistent(onBatch);
    post_ = Post::New(Env(), onBatch, "RingBuffer", 0, 1, this);
    StartThread();
    napi_add_env_cleanup_hook(Env(), StopAtExit, this);
    Ref();
  }

 private:
  static void OnPosted(Napi::Env env, Napi::Function, RingBuffer* self, void*) {
    if (static_cast<napi_env>(env) != nullptr) self->HandlePosted();
  }
  using Post = Napi::TypedThreadSafeFunction<RingBuffer, void, OnPosted>;

  // Nothing else refers to us if there is none.
  void StartThread() {
    BlockedSignals blocked;  // inherited by the thread: Node's own takes them
    try {
      thread_ = std::thread([this] { Run(); });
    } catch (const std::system_error& error) {
      post_.Release();
      ThrowErrno(Env(), "pthread_create", error.code().value());
    }
  }

  static void StopAtExit(void* self) { static_cast<RingBuffer*>(self)->Stop(); }

  // ---- on the consumer's thread

  void Run() noexcept {
    ::pthread_setname_np(::pthread_self(), "tsbt-ring");
    while (!stopping_) {
      if (!HasWork()) {
        sleeper_.SleepUntilWoken();
        continue;
      }
      AwaitTurn();
      AwaitJavaScript();
      if (!stopping_) PostBatch();
    }
  }

  bool HasWork() noexcept {
    const std::lock_guard lock(mutex_);
    return Back().used > 0 || ring_.HasRecord();
  }

  void AwaitTurn() noexcept {
    // A wake-up for the very record that we saw first may still be on its way; any later one was forced.
    constexpr auto stale = microseconds(100);
    const auto start = Clock::now();
    for (auto now = start; now < pacer_.NextTurn() && !stopping_ && !IsFilling(); now = Clock::now()) {
      const nanoseconds rest = pacer_.NextTurn() - now;
      if (sleeper_.Sleep(std::min(rest, kLook)) && Clock::now() - start > stale) return;
    }
  }

  // Under load we look now and then whether the ring is filling up. When nothing has come since the last look we take what
  // there is: then the producer wakes us, and we sleep until it does.
  void AwaitJavaScript() noexcept {
    for (uint64_t lastSeen = kNoEnd;;) {
      bool hasToLook;
      {
        const std::lock_guard lock(mutex_);
        awaitsJavaScript_ = inFlight_ && !stopping_;
        if (!awaitsJavaScript_) return;
        const uint64_t produced = ring_.ProducerPosition();
        const bool isQuiet = produced == std::exchange(lastSeen, produced);
        if (isQuiet || IsFilling()) ring_.CopyTo(Back(), target_, kNoEnd);
        const bool isFull = Back().used >= target_;
        hasToLook = !isFull && (!isQuiet || ring_.HasRecord());
      }
      if (hasToLook) {
        sleeper_.Sleep(kLook);
      } else {
        sleeper_.SleepUntilWoken();
      }
    }
  }

  bool IsFilling() const noexcept { return ring_.Backlog() > ring_.size() / 4; }

  void PostBatch() noexcept {
    {
      const std::lock_guard lock(mutex_);
      if (inFlight_ || !TurnOver(kNoEnd)) return;  // drain() may have come between
      posted_ = true;
    }
    pacer_.TakeTurn();
    post_.NonBlockingCall();
  }

  // ---- on either thread, with mutex_ held

  Batch& Back() noexcept { return batches_[1 - front_]; }

  // Makes what is in `back`, with what is in the ring, the front. False when there is nothing.
  bool TurnOver(uint64_t end) noexcept {
    ring_.CopyTo(Back(), target_, end);
    if (Back().used == 0) return false;
    front_ = 1 - front_;
    Back().used = 0;
    inFlight_ = true;
    return true;
  }

  // ---- on JavaScript's thread

  void HandlePosted() {
    {
      const std::lock_guard lock(mutex_);
      if (!posted_) return;  // drain() was faster
      posted_ = false;
    }
    Handle();
  }

  // Gives the front to JavaScript, which may throw.
  void Handle() {
    struct Handling {
      explicit Handling(RingBuffer& ring) : ring(ring) { ring.handling_ = true; }
      ~Handling() {
        ring.handling_ = false;
        const std::lock_guard lock(ring.mutex_);
        ring.inFlight_ = ring.held_;
        if (!ring.held_ && ring.awaitsJavaScript_) ring.sleeper_.Wake();
      }
      RingBuffer& ring;
    } handling(*this);
    onBatch_.Call({Napi::Number::New(Env(), front_),
                   Napi::Number::New(Env(), static_cast<double>(batches_[front_].used))});
  }

  // drain(): hands over, in order and before it returns, all that was committed when it was called.
  Napi::Value Drain(const Napi::CallbackInfo& info) {
    ThrowIfStopped();
    if (handling_) throw Napi::Error::New(info.Env(), "drain() called while a batch is being handled");
    const uint64_t end = ring_.ProducerPosition();
    while (thread_.joinable() && TakeBatch(end)) Handle();
    return info.Env().Undefined();
  }

  bool TakeBatch(uint64_t end) {
    const std::lock_guard lock(mutex_);
    return std::exchange(posted_, false) || TurnOver(end);
  }

  Napi::Value StopMethod(const Napi::CallbackInfo& info) {
    if (!Stop()) return info.Env().Undefined();
    napi_remove_env_cleanup_hook(info.Env(), StopAtExit, this);
    Unref();
    return info.Env().Undefined();
  }

  // False when it had stopped before.
  bool Stop() {
    if (!thread_.joinable()) return false;
    stopping_ = true;
    sleeper_.Wake();
    thread_.join();
    posted_ = false;
    post_.Release();
    ring_ = BpfRing();
    sleeper_ = Sleeper();
    return true;
  }

  void ThrowIfStopped() {
    if (!thread_.joinable()) throw Napi::Error::New(Env(), "the ring buffer has been stopped");
  }

  // hold(): as if a batch were being handled, until resume(). The ring fills up meanwhile.
  Napi::Value Hold(const Napi::CallbackInfo& info) {
    const std::lock_guard lock(mutex_);
    held_ = inFlight_ = true;
    return info.Env().Undefined();
  }

  Napi::Value Resume(const Napi::CallbackInfo& info) {
    const std::lock_guard lock(mutex_);
    held_ = false;
    inFlight_ = handling_ || posted_;
    if (thread_.joinable() && awaitsJavaScript_) sleeper_.Wake();
    return info.Env().Undefined();
  }

  Napi::Value BacklogMethod(const Napi::CallbackInfo& info) {
    ThrowIfStopped();
    return Napi::Number::New(info.Env(), static_cast<double>(ring_.Backlog()));
  }

  // The memory of both batches.
  Napi::Value Buffers(const Napi::CallbackInfo& info) {
    Napi::Array buffers = Napi::Array::New(info.Env(), 2);
    for (uint32_t i = 0; i < 2; i++) buffers.Set(i, BufferOver(info.Env(), batches_[i].memory));
    return buffers;
  }

  Sleeper sleeper_;
  const size_t target_;
  Pacer pacer_;
  Napi::FunctionReference onBatch_;
  Post post_;
  std::thread thread_;
  std::atomic<bool> stopping_{false};

  std::mutex mutex_;  // guards the ring and what follows
  BpfRing ring_;
  Batch batches_[2];
  int front_ = 0;
  bool inFlight_ = false;  // the front is posted or being handled
  bool posted_ = false;    // the front is posted, and JavaScript has not begun with it
  bool held_ = false;      // no more is to be posted
  bool awaitsJavaScript_ = false;

  bool handling_ = false;  // JavaScript's thread only
};

}  // namespace

void ExportRingBuffer(Napi::Env env, Napi::Object exports) { exports.Set("RingBuffer", RingBuffer::Define(env)); }

}  // namespace tsbt
