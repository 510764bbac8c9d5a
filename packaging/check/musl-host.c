// Loads the addon for musl where there is no Node for musl: with functions of Node that do nothing, and one that fails, so that an
// exception is thrown and caught by the unwinder in the addon. What else of Node it asks for is in stubs.c, which is made.

#include <dlfcn.h>
#include <stdio.h>

struct error_info {
  const char *message;
  void *reserved;
  unsigned engine_code;
  int code;
};

int napi_set_named_property(void) { return 1; }

int napi_get_last_error_info(void *env, const struct error_info **info) {
  static const struct error_info FAILURE = {"no", NULL, 0, 1};
  (void)env;
  *info = &FAILURE;
  return 0;
}

int napi_is_exception_pending(void *env, char *result) {
  (void)env;
  *result = 0;
  return 0;
}

int main(int argc, char **argv) {
  void *const addon = argc > 1 ? dlopen(argv[1], RTLD_NOW) : NULL;
  if (addon == NULL) return puts(dlerror()), 1;
  void *(*const start)(void *, void *) = (void *(*)(void *, void *))dlsym(addon, "napi_register_module_v1");
  char any;
  start(&any, &any);
  return puts("loaded, and an exception was caught"), 0;
}
