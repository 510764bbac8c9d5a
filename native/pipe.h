#pragma once

#include <fcntl.h>
#include <napi.h>
#include <unistd.h>

#include <cerrno>

#include "errors.h"
#include "fd.h"

namespace tsbt {

struct Pipe {
  Fd reader;
  Fd writer;
};

inline Pipe OpenPipe(Napi::Env env) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) < 0) ThrowErrno(env, "pipe2", errno);
  return {Fd(ends[0]), Fd(ends[1])};
}

}  // namespace tsbt
