#include "timers.h"

#include <signal.h>
#include <stddef.h>
#include <sys/time.h>

static const struct {
  int timer;
  int signal;
} TIMERS[] = {{ITIMER_REAL, SIGALRM}, {ITIMER_VIRTUAL, SIGVTALRM}, {ITIMER_PROF, SIGPROF}};

void stop_ignored_timers(void) {
  static const struct itimerval never;
  for (size_t i = 0; i < sizeof TIMERS / sizeof *TIMERS; i++) {
    struct sigaction action;
    if (sigaction(TIMERS[i].signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN) {
      setitimer(TIMERS[i].timer, &never, NULL);
    }
  }
}
