#pragma once

#include <napi.h>
#include <sys/resource.h>

#include <cstdint>
#include <vector>

namespace tsbt {

// As the C library types the names of limits: glibc by an enumeration, musl by int.
using Resource = decltype(RLIMIT_CPU);

struct Bytes {
  uint8_t* data;
  size_t length;
};

// The memory behind any ArrayBuffer view. It does not move while JavaScript holds the view.
Bytes BytesOf(const Napi::Value& view);

int32_t Int32Of(const Napi::Value& number);

std::vector<int> Int32sOf(const Napi::Value& array);

// Fills the pointer fields of a structure for the length of one system call.
//
// `pointers` is an array of { offset, target, pointers? }: the address of `target` is written at `offset`
// of the structure, and `target` may itself be a structure with pointers. The fields are zeroed again
// afterwards, so that no address outlives the call.
class PointerFields {
 public:
  PointerFields(Bytes structure, const Napi::Value& pointers) { Write(structure, pointers); }
  ~PointerFields();
  PointerFields(const PointerFields&) = delete;
  PointerFields& operator=(const PointerFields&) = delete;

 private:
  void Write(Bytes structure, const Napi::Value& pointers);
  std::vector<uint8_t*> fields_;
};

}  // namespace tsbt
