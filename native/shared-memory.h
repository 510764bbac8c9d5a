#pragma once

#include <napi.h>

#include <memory>

#include "mapping.h"

namespace tsbt {

// An ArrayBuffer over a mapping, which stays mapped as long as the buffer or another owner needs it.
inline Napi::ArrayBuffer BufferOver(Napi::Env env, const std::shared_ptr<Mapping>& mapping) {
  const auto release = [](Napi::BasicEnv, void*, std::shared_ptr<Mapping>* owner) { delete owner; };
  auto* owner = new std::shared_ptr<Mapping>(mapping);
  return Napi::ArrayBuffer::New(env, mapping->bytes(), mapping->length(), release, owner);
}

}  // namespace tsbt
