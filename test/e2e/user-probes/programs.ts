/** Programs to trace, each with a known output. */
import { compileC } from "../../support/index.js";

/** Prints -42; a breakpoint in the middle of `neg` makes it print 4294967254. */
export const negates = (): string =>
  compileC(
    `#include <stdio.h>
    __attribute__((noinline, noipa)) long f3(long a) { __asm__ volatile("" ::: "memory"); return -a; }
    int main() { printf("%ld\\n", f3(42)); return 0; }`,
    { name: "mid", flags: ["-O1"] },
  );

/** Jumps through tables and pointers, floats, vectors, strings, recursion, signals, threads, `longjmp`. */
export const busy = (): string =>
  compileC(
    `#include <pthread.h>
    #include <setjmp.h>
    #include <signal.h>
    #include <stdio.h>
    #include <stdlib.h>
    #include <string.h>
    #define N __attribute__((noinline, noipa))
    static jmp_buf back;
    static volatile int signals;
    N static void on_signal(int s) { signals += s; }
    N static unsigned fib(unsigned n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
    N static const char *name_of(int n) {
      switch (n) { case 0: return "zero"; case 1: return "one"; case 2: return "two"; case 3: return "three";
        case 4: return "four"; case 5: return "five"; case 6: return "six"; default: return "many"; }
    }
    N static double mean(const double *v, int n) { double s = 0; for (int i = 0; i < n; i++) s += v[i] * 1.5; return s / n; }
    N static float scaled(const float *v, int n) { float s = 0; for (int i = 0; i < n; i++) s += v[i] * (float)i; return s; }
    N static unsigned long hash(const char *s) { unsigned long h = 5381; while (*s) h = h * 33 ^ (unsigned char)*s++; return h; }
    N static int by_value(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
    N static void deep(int n) { if (n == 0) longjmp(back, 7); deep(n - 1); __asm__ volatile("" ::: "memory"); }
    N static long many(long a, long b, long c, long d, long e, long f, long g, long h) { return a - b + c - d + e - f + g - h; }
    N static void *work(void *p) { long s = 0; for (long i = 0; i < 1000; i++) s += i ^ (long)p; return (void *)s; }
    N static long divide(long a, long b) { return a / b * 1000 + a % b; }
    N static int tail(int n) { return n > 0 ? by_value(&n, &n) + n : -n; }
    int main(void) {
      double d[5] = {1, 2.5, -3, 4, 1e3}; float f[7] = {1, 2, 3, 4, 5, 6, 7}; int v[6] = {5, 3, 9, -1, 0, 7};
      signal(SIGUSR1, on_signal);
      raise(SIGUSR1);
      printf("%u %s %s %.3f %.2f\\n", fib(12), name_of(3), name_of(9), mean(d, 5), scaled(f, 7));
      qsort(v, 6, sizeof *v, by_value);
      for (int i = 0; i < 6; i++) printf("%d ", v[i]);
      int jumped = setjmp(back);
      if (jumped == 0) deep(4);
      pthread_t t[2]; long s = 0; void *r;
      for (long i = 0; i < 2; i++) pthread_create(&t[i], 0, work, (void *)i);
      for (int i = 0; i < 2; i++) { pthread_join(t[i], &r); s += (long)r; }
      printf("%d %lu %ld %ld %ld %d %d\\n", jumped, hash("the quick brown fox") % 100003, s, many(1, 2, 3, 4, 5, 6, 7, 8),
             divide(-1234567, 89), tail(4), signals);
      char text[64]; memset(text, 'x', 60); text[60] = 0;
      printf("%zu %s\\n", strlen(text), strstr(strcpy(text, "needle in hay"), "in"));
      return 0;
    }`,
    { name: "busy", flags: ["-O2", "-pthread"] },
  );

/** Says `ready`, then calls `tick` and `usleep` again and again. */
export const ticks = (): string =>
  compileC(
    `#include <stdio.h>
    #include <unistd.h>
    __attribute__((noinline, noipa)) long tick(long a) { return a * 2; }
    int main() {
      puts("ready");
      fflush(stdout);
      for (long i = 1;; i++) { tick(i); usleep(1000); }
    }`,
    { name: "ticks" },
  );
