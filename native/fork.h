#pragma once

#include <signal.h>
#include <sys/types.h>

#include <vector>

namespace tsbt {

// Blocks every signal of this thread while it exists, so that a forked child is born with them blocked:
// libuv's handlers must not run in it.
class BlockedSignals {
 public:
  BlockedSignals() noexcept;
  explicit BlockedSignals(const sigset_t& signals) noexcept;
  ~BlockedSignals();
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

 private:
  sigset_t before_;
};

// For the length of a system call that gives up when a signal is pending: those that ask a process to end come through,
// and all others can wait.
class DeferredSignals : public BlockedSignals {
 public:
  DeferredSignals() noexcept;
};

// For a child that goes on to exec.
void UnblockSignals() noexcept;

// fork(2) without the C library's atfork handlers. Node has other threads, which may hold any lock: in the child
// only async-signal-safe calls are allowed.
pid_t Fork() noexcept;

// Closes every descriptor that is not in `keep`, which must be sorted. Async-signal-safe.
void CloseAllBut(const std::vector<int>& keep) noexcept;

}  // namespace tsbt
