#include "map-memory.h"

#include <cerrno>
#include <memory>

#include "arguments.h"
#include "errors.h"
#include "shared-memory.h"

namespace tsbt {
namespace {

// new MapMemory(fd, length, writable): `buffer` is an ArrayBuffer over the mapping, empty after close().
class MapMemory : public Napi::ObjectWrap<MapMemory> {
 public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(env, "MapMemory", {InstanceMethod<&MapMemory::Close>("close"),
                                          InstanceAccessor<&MapMemory::Buffer>("buffer")});
  }

  explicit MapMemory(const Napi::CallbackInfo& info) : Napi::ObjectWrap<MapMemory>(info) {
    const auto length = static_cast<size_t>(info[1].As<Napi::Number>().Int64Value());
    const int protection = info[2].As<Napi::Boolean>().Value() ? PROT_READ | PROT_WRITE : PROT_READ;
    auto mapping = std::make_shared<Mapping>(Mapping::Shared(Int32Of(info[0]), length, protection, 0));
    if (!*mapping) ThrowErrno(Env(), "mmap", errno);
    buffer_ = Napi::Persistent(BufferOver(Env(), mapping));
    mapping_ = std::move(mapping);
  }

 private:
  Napi::Value Buffer(const Napi::CallbackInfo&) { return buffer_.Value(); }

  Napi::Value Close(const Napi::CallbackInfo& info) {
    buffer_.Value().Detach();
    mapping_->reset();
    return info.Env().Undefined();
  }

  std::shared_ptr<Mapping> mapping_;
  Napi::Reference<Napi::ArrayBuffer> buffer_;
};

}  // namespace

void ExportMapMemory(Napi::Env env, Napi::Object exports) { exports.Set("MapMemory", MapMemory::Define(env)); }

}  // namespace tsbt
