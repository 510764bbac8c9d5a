#pragma once

// Timers outlive exec, and Node gives their signals, which may be ignored, the default action: the end. Those whose signal
// nobody would see are stopped. Children never have them.
void stop_ignored_timers(void);
