// The one pass over all types of a kernel: a loop of a millisecond, which JavaScript that has not been compiled yet takes
// thirty for.

#include "btf-types.h"

#include <cstdint>

#include "arguments.h"

namespace tsbt {
namespace {

// Words of `struct btf_type`.
constexpr size_t kTypeWords = 3;

template <typename T>
T* Column(const Napi::Value& array) {
  return reinterpret_cast<T*>(BytesOf(array).data);
}

// walkBtfTypes(words, fixed, each, starts, kinds, names) -> [count, end], as WalkTypes of codegen/btf/type-index.ts.
// `fixed` and `each` have a row for each kind number there can be, the others for each type.
Napi::Value WalkBtfTypes(const Napi::CallbackInfo& info) {
  const auto* words = Column<uint32_t>(info[0]);
  const size_t length = BytesOf(info[0]).length / sizeof *words;
  const auto* fixed = Column<int16_t>(info[1]);
  const auto* each = Column<int16_t>(info[2]);
  auto* starts = Column<int32_t>(info[3]);
  auto* kinds = Column<uint8_t>(info[4]);
  auto* names = Column<uint32_t>(info[5]);
  size_t count = 0;
  size_t at = 0;
  while (at + kTypeWords <= length) {
    const uint32_t type = words[at + 1];
    const uint32_t kind = (type >> 24) & 0x7f;
    if (fixed[kind] < 0) break;
    starts[count] = static_cast<int32_t>(at);
    names[count] = words[at];
    kinds[count++] = static_cast<uint8_t>(kind);
    at += static_cast<size_t>(fixed[kind]) + static_cast<size_t>(each[kind]) * (type & 0xffffff);
  }
  auto result = Napi::Array::New(info.Env(), 2);
  result.Set(0u, static_cast<double>(count));
  result.Set(1u, static_cast<double>(at));
  return result;
}

}  // namespace

void ExportBtfTypes(Napi::Env env, Napi::Object exports) {
  exports.Set("walkBtfTypes", Napi::Function::New(env, WalkBtfTypes));
}

}  // namespace tsbt
