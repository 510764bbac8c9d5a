// Large files of the kernel, which read(2) gives out in pieces of a page.

#include "whole-file.h"

#include <unistd.h>

#include <cerrno>
#include <memory>

#include "arguments.h"
#include "errors.h"
#include "shared-memory.h"

namespace tsbt {
namespace {

// mapFile(fd, length) -> ArrayBuffer, to be read only: whoever writes to it ends the process.
Napi::Value MapFile(const Napi::CallbackInfo& info) {
  const auto length = static_cast<size_t>(info[1].As<Napi::Number>().Int64Value());
  auto mapping = std::make_shared<Mapping>(Mapping::OfFile(Int32Of(info[0]), length));
  if (!*mapping) ThrowErrno(info.Env(), "mmap", errno);
  return BufferOver(info.Env(), mapping);
}

// readFully(fd, bytes) -> how many there were before the end of the file
Napi::Value ReadFully(const Napi::CallbackInfo& info) {
  const Bytes bytes = BytesOf(info[1]);
  size_t done = 0;
  while (done < bytes.length) {
    const ssize_t got = ::read(Int32Of(info[0]), bytes.data + done, bytes.length - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) ThrowErrno(info.Env(), "read", errno);
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  return Napi::Number::New(info.Env(), static_cast<double>(done));
}

}  // namespace

void ExportWholeFile(Napi::Env env, Napi::Object exports) {
  exports.Set("mapFile", Napi::Function::New(env, MapFile));
  exports.Set("readFully", Napi::Function::New(env, ReadFully));
}

}  // namespace tsbt
