// What the C++ library and the unwinder of exceptions, which are linked into the addon, want of glibc 2.35: older ones do not have all
// of it, and neither does musl.

#define _GNU_SOURCE
#include <link.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/auxv.h>

// _dl_find_object() answers by dl_iterate_phdr(), as unwinders did before. As in glibc's dlfcn.h, on x86-64 and AArch64.
struct found_object {
  unsigned long long flags;
  void *map_start;
  void *map_end;
  struct link_map *link_map;
  void *eh_frame;
  unsigned long long reserved[7];
};

typedef struct {
  ElfW(Addr) address;
  struct found_object *found;
} Search;

static int examine(struct dl_phdr_info *info, size_t size, void *data) {
  (void)size;
  const Search *const search = data;
  ElfW(Addr) start = 0, end = 0, eh_frame = 0;
  int is_inside = 0;
  for (size_t i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *const header = &info->dlpi_phdr[i];
    const ElfW(Addr) from = info->dlpi_addr + header->p_vaddr, to = from + header->p_memsz;
    if (header->p_type == PT_GNU_EH_FRAME) eh_frame = from;
    if (header->p_type != PT_LOAD) continue;
    if (start == 0) start = from;
    end = to;
    is_inside |= search->address >= from && search->address < to;
  }
  if (!is_inside) return 0;
  *search->found = (struct found_object){
      .map_start = (void *)start, .map_end = (void *)end, .eh_frame = (void *)eh_frame};
  return eh_frame == 0 ? -1 : 1;
}

// By its name in the object file: a header may declare it with a type of its own.
__attribute__((visibility("hidden"))) int find_object(void *address, struct found_object *found)
    __asm__("_dl_find_object");

int find_object(void *address, struct found_object *found) {
  const Search search = {(ElfW(Addr))address, found};
  return dl_iterate_phdr(examine, (void *)&search) == 1 ? 0 : -1;
}

#ifndef __GLIBC__

#ifdef __aarch64__

// By this the compiler's library asks which atomic instructions there are.
__attribute__((visibility("hidden"))) unsigned long __getauxval(unsigned long type) { return getauxval(type); }

#endif

// Node has threads.
__attribute__((visibility("hidden"))) char __libc_single_threaded = 0;

// By this the unwinder asks whether there are threads.
__attribute__((visibility("hidden"))) int __pthread_key_create(pthread_key_t *key, void (*destroy)(void *)) {
  return pthread_key_create(key, destroy);
}

#endif
