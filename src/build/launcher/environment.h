#pragma once

// What Node gets in place of `original`, so that no variable steers it: not NODE_OPTIONS, nor one of OpenSSL, ICU, libuv, the
// C library, the dynamic linker, or of a Node to come. Every variable is there under a name with TSBT: before it, in order;
// src/cli/inheritance.ts takes that away again. What else a child of the script shall get back is added:
//
//   TSBT_LIMITS=7:1024:4096,...   resource, soft and hard limit
//   TSBT_IGNORED=1,...            signals that are ignored
//
// And the C library's allocator is told how to work.
//
// `own` is the launcher's folder: what lies in its lib/ is for the dynamic linker.
//
// Called before raise_limits(). Null when there is no memory.
char **hidden_environment(char *const *original, const char *own);
