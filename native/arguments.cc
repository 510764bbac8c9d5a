#include "arguments.h"

#include <cstring>

namespace tsbt {

Bytes BytesOf(const Napi::Value& view) {
  if (view.IsTypedArray()) {
    const auto array = view.As<Napi::TypedArray>();
    auto* base = static_cast<uint8_t*>(array.ArrayBuffer().Data());
    return {base + array.ByteOffset(), array.ByteLength()};
  }
  throw Napi::TypeError::New(view.Env(), "expected a typed array");
}

int32_t Int32Of(const Napi::Value& number) { return number.As<Napi::Number>().Int32Value(); }

std::vector<int> Int32sOf(const Napi::Value& array) {
  const auto list = array.As<Napi::Int32Array>();
  return {list.Data(), list.Data() + list.ElementLength()};
}

PointerFields::~PointerFields() {
  for (uint8_t* field : fields_) std::memset(field, 0, sizeof(uint64_t));
}

void PointerFields::Write(Bytes structure, const Napi::Value& pointers) {
  if (!pointers.IsArray()) return;
  const auto list = pointers.As<Napi::Array>();
  for (uint32_t i = 0; i < list.Length(); i++) {
    Napi::HandleScope scope(list.Env());
    const auto pointer = list.Get(i).As<Napi::Object>();
    const auto offset = pointer.Get("offset").As<Napi::Number>().Uint32Value();
    if (offset + sizeof(uint64_t) > structure.length) {
      throw Napi::RangeError::New(list.Env(), "pointer field outside its structure");
    }
    const Bytes target = BytesOf(pointer.Get("target"));
    const auto address = static_cast<uint64_t>(reinterpret_cast<uintptr_t>(target.data));
    std::memcpy(structure.data + offset, &address, sizeof address);
    fields_.push_back(structure.data + offset);
    Write(target, pointer.Get("pointers"));
  }
}

}  // namespace tsbt
