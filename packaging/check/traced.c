// What is traced on the emulated machine: a function with arguments of several kinds, and five reads of a length that nobody else has.
#include <fcntl.h>
#include <unistd.h>

struct request {
  int number;
  const char *name;
};

long watched;

__attribute__((noinline)) long handle(long first, int second, short third, const struct request *request) {
  asm volatile("" : : : "memory");  // All of the request is there.
  return watched = first + second + third + request->number;
}

int main(void) {
  static char buffer[12345];
  const struct request request = {7, "seven"};
  const int zero = open("/dev/zero", O_RDONLY);
  for (int i = 0; i < 5; i++) read(zero, buffer, sizeof buffer);
  return handle(1, -2, 3, &request) == 9 ? 0 : 1;
}
