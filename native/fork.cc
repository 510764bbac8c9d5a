#include "fork.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

namespace tsbt {
namespace {

// Inclusive, as close_range(2), which kernels before 5.9 do not have.
void CloseRange(unsigned first, unsigned last) noexcept {
#ifdef SYS_close_range
  if (::syscall(SYS_close_range, first, last, 0) == 0) return;
#endif
  rlimit limit = {};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const unsigned end = std::min(last, static_cast<unsigned>(std::min<rlim_t>(limit.rlim_cur, 1u << 20)));
  for (unsigned fd = first; fd <= end; fd++) ::close(static_cast<int>(fd));
}

}  // namespace

BlockedSignals::BlockedSignals() noexcept {
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before_);
}

BlockedSignals::BlockedSignals(const sigset_t& signals) noexcept { ::pthread_sigmask(SIG_BLOCK, &signals, &before_); }

DeferredSignals::DeferredSignals() noexcept
    : BlockedSignals([] {
        sigset_t deferred;
        ::sigfillset(&deferred);
        for (const int ending : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) ::sigdelset(&deferred, ending);
        for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS}) ::sigdelset(&deferred, fault);
        return deferred;
      }()) {}

BlockedSignals::~BlockedSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

void UnblockSignals() noexcept {
  sigset_t none;
  ::sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

pid_t Fork() noexcept {
#if defined(__GLIBC__) && !__GLIBC_PREREQ(2, 34)
  return ::fork();
#else
  return ::_Fork();  // musl has it too
#endif
}

void CloseAllBut(const std::vector<int>& keep) noexcept {
  unsigned next = 0;
  for (const int fd : keep) {
    const auto kept = static_cast<unsigned>(fd);
    if (kept > next) CloseRange(next, kept - 1);
    next = kept + 1;
  }
  CloseRange(next, ~0u);
}

}  // namespace tsbt
