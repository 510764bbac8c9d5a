#include "closing.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <memory>
#include <thread>
#include <vector>

#include "arguments.h"
#include "fd.h"
#include "fork.h"

namespace tsbt {
namespace {

// Per environment: the children that hold descriptors and have not been waited for.
struct Holders {
  std::vector<pid_t> pids;
  void Reap() {
    const auto gone = [](pid_t pid) { return ::waitpid(pid, nullptr, WNOHANG) != 0; };
    pids.erase(std::remove_if(pids.begin(), pids.end(), gone), pids.end());
  }
};

void CloseAll(const std::vector<int>& fds) noexcept {
  for (const int fd : fds) ::close(fd);
}

class ClosingWorker : public Napi::AsyncWorker {
 public:
  ClosingWorker(Napi::Env env, std::vector<int> fds, unsigned threads)
      : Napi::AsyncWorker(env), deferred_(Napi::Promise::Deferred::New(env)), fds_(std::move(fds)), threads_(threads) {}
  Napi::Promise Promise() const { return deferred_.Promise(); }

 private:
  void Execute() override {
    std::atomic<size_t> next{0};
    const auto closeSome = [&] {
      for (size_t i; (i = next.fetch_add(1)) < fds_.size();) ::close(fds_[i]);
    };
    std::vector<std::thread> others;
    try {
      for (unsigned i = 1; i < std::min<size_t>(threads_, fds_.size()); i++) others.emplace_back(closeSome);
    } catch (const std::exception&) {
      // No more threads, or no memory for one: those that there are close everything.
    }
    closeSome();
    for (std::thread& thread : others) thread.join();
  }
  void OnOK() override { deferred_.Resolve(Env().Undefined()); }
  void OnError(const Napi::Error& error) override { deferred_.Reject(error.Value()); }

  Napi::Promise::Deferred deferred_;
  std::vector<int> fds_;
  unsigned threads_;
};

// closeMany(fds, threads) -> Promise
Napi::Value CloseMany(const Napi::CallbackInfo& info) {
  const std::vector<int> fds = Int32sOf(info[0]);
  try {
    auto worker = std::make_unique<ClosingWorker>(info.Env(), fds, info[1].As<Napi::Number>().Uint32Value());
    const Napi::Promise promise = worker->Promise();
    worker->Queue();
    worker.release();  // deletes itself when done
    return promise;
  } catch (...) {
    CloseAll(fds);  // nobody else knows them any more
    throw;
  }
}

void ReadToEnd(int fd) noexcept {
  char byte;
  while (::read(fd, &byte, 1) > 0 || errno == EINTR) errno = 0;
}

// The child's whole life. Our standard streams are closed before anything else, so that whoever reads our output
// sees its end when we exit. Signals stay blocked.
[[noreturn]] void Hold(const std::vector<int>& keep, int parentDone) noexcept {
  CloseAllBut(keep);
  ::setsid();
  ::prctl(PR_SET_NAME, "tsbt-detach");
  ReadToEnd(parentDone);
  ::_exit(0);
}

// Returns what the child waits for: that it is closed.
Fd StartHolder(const std::vector<int>& fds, Holders& holders) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) < 0) return Fd();
  const Fd reader(ends[0]);
  Fd writer(ends[1]);
  std::vector<int> keep = fds;
  keep.push_back(reader.get());
  std::sort(keep.begin(), keep.end());
  holders.pids.reserve(holders.pids.size() + 1);  // nothing may fail once there is a child

  BlockedSignals blocked;
  const pid_t child = Fork();
  if (child == 0) Hold(keep, reader.get());
  if (child > 0) holders.pids.push_back(child);
  return writer;
}

// detachLater(fds): closes them without waiting for what that costs. A forked child has copies, and is the last
// to let go: only when ours are closed, and even when we have exited. Nor is it waited for: a busy machine lets a
// child run when it pleases, which may be after our end. Where there can be no child they are closed here.
Napi::Value DetachLater(const Napi::CallbackInfo& info) {
  const std::vector<int> fds = Int32sOf(info[0]);
  auto* holders = info.Env().GetInstanceData<Holders>();
  holders->Reap();
  Fd untilClosed;
  try {
    untilClosed = StartHolder(fds, *holders);
  } catch (const std::exception&) {
    // No memory: so be it.
  }
  CloseAll(fds);
  return info.Env().Undefined();
}

}  // namespace

void ExportClosing(Napi::Env env, Napi::Object exports) {
  env.SetInstanceData(new Holders);
  exports.Set("closeMany", Napi::Function::New<CloseMany>(env));
  exports.Set("detachLater", Napi::Function::New<DetachLater>(env));
}

}  // namespace tsbt
