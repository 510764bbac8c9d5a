// What Debian's C++ library and its unwinder want of glibc and musl does not have, for a Node that was built for musl: no package that we
// reach has a C++ library for musl. Linked as libstdc++.so.6, with Debian's behind it.

#define _GNU_SOURCE
#include <locale.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

// Here others are to see it.
#define visibility(kind) used
#include "../native/missing.c"
#undef visibility

unsigned arc4random(void) {
  unsigned value = 0;
  return getrandom(&value, sizeof value, 0) < 0 ? 0 : value;
}

size_t __strftime_l(char *text, size_t size, const char *format, const struct tm *time, locale_t locale) {
  return strftime_l(text, size, format, time, locale);
}

unsigned long __isoc23_strtoul(const char *text, char **end, int base) { return strtoul(text, end, base); }

// Numbers of 128 bits, of which Node has none.

void strtof128(void) { abort(); }

void strfromf128(void) { abort(); }

// Functions that are called when a thread ends.

typedef struct Ending Ending;

struct Ending {
  void (*call)(void *);
  void *object;
  Ending *next;
};

static pthread_key_t endings;
static pthread_once_t endings_made = PTHREAD_ONCE_INIT;

static void call_all(void *first) {
  for (Ending *ending = first; ending != NULL;) {
    Ending *const next = ending->next;
    ending->call(ending->object);
    free(ending);
    ending = next;
  }
}

static void make_endings(void) { pthread_key_create(&endings, call_all); }

int __cxa_thread_atexit_impl(void (*call)(void *), void *object, void *library) {
  (void)library;
  pthread_once(&endings_made, make_endings);
  Ending *const ending = malloc(sizeof *ending);
  if (ending == NULL) return -1;
  *ending = (Ending){call, object, pthread_getspecific(endings)};
  return pthread_setspecific(endings, ending);
}

// The C++ library reads tables of characters out of locales of glibc; both begin with pointers, and all of these mean "C".

typedef struct {
  const void *parts[13];
  const unsigned short *classes;
  const int *lower;
  const int *upper;
  const char *names[13];
} Locale;

const unsigned short **__ctype_b_loc(void);
const int **__ctype_tolower_loc(void);
const int **__ctype_toupper_loc(void);

locale_t __newlocale(int mask, const char *name, locale_t base) {
  static Locale c;
  (void)mask, (void)name, (void)base;
  c = (Locale){.classes = *__ctype_b_loc(), .lower = *__ctype_tolower_loc(), .upper = *__ctype_toupper_loc()};
  return (locale_t)&c;
}

locale_t __duplocale(locale_t locale) { return locale; }

void __freelocale(locale_t locale) { (void)locale; }

// Asked by programs that older compilers have built, of which there are none.

int __cpu_indicator_init(void) { return 0; }

struct {
  unsigned words[4];
} __cpu_model;
