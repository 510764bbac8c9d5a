#include "ring-reader.h"

#include <cerrno>

#include "arguments.h"
#include "bpf-ring.h"
#include "errors.h"
#include "shared-memory.h"

namespace tsbt {
namespace {

// new RingReader(fd, sizeBytes): `buffer` is the memory of a batch; take() fills it with the committed records, gives
// their room back to the kernel and says how many bytes they are.
class RingReader : public Napi::ObjectWrap<RingReader> {
 public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(env, "RingReader", {InstanceMethod<&RingReader::Take>("take"), InstanceMethod<&RingReader::Close>("close"),
                                           InstanceAccessor<&RingReader::Buffer>("buffer")});
  }

  explicit RingReader(const Napi::CallbackInfo& info) : Napi::ObjectWrap<RingReader>(info) {
    const auto size = static_cast<size_t>(info[1].As<Napi::Number>().Int64Value());
    if (!ring_.Open(Int32Of(info[0]), size)) ThrowErrno(Env(), "mmap", errno);
    batch_.memory = std::make_shared<Mapping>(Mapping::Anonymous(2 * size));
    if (!*batch_.memory) ThrowErrno(Env(), "mmap", errno);
  }

 private:
  Napi::Value Take(const Napi::CallbackInfo& info) {
    batch_.used = 0;
    if (ring_.size() > 0 && ring_.HasRecord()) ring_.CopyTo(batch_, ring_.size(), UINT64_MAX);
    return Napi::Number::New(info.Env(), static_cast<double>(batch_.used));
  }

  Napi::Value Close(const Napi::CallbackInfo& info) {
    ring_ = BpfRing();
    return info.Env().Undefined();
  }

  Napi::Value Buffer(const Napi::CallbackInfo& info) { return BufferOver(info.Env(), batch_.memory); }

  BpfRing ring_;
  Batch batch_;
};

}  // namespace

void ExportRingReader(Napi::Env env, Napi::Object exports) { exports.Set("RingReader", RingReader::Define(env)); }

}  // namespace tsbt
