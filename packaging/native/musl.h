// Before everything else when the addon is compiled for musl: Debian's headers of the C++ library were configured for glibc.
#pragma once

#define __GLIBC_PREREQ(major, minor) 0
#include <bits/c++config.h>
#undef _GLIBCXX_USE_PTHREAD_COND_CLOCKWAIT
#undef _GLIBCXX_USE_PTHREAD_MUTEX_CLOCKLOCK
#include <locale.h>
#define __locale_t locale_t
