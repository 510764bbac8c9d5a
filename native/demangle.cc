#include "demangle.h"

#include <cxxabi.h>

#include <cstdlib>
#include <memory>

namespace tsbt {
namespace {

// demangle(symbol) -> string | undefined
Napi::Value Demangle(const Napi::CallbackInfo& info) {
  const std::string symbol = info[0].As<Napi::String>().Utf8Value();
  int status;
  const std::unique_ptr<char, decltype(&std::free)> name(
      abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, &status), &std::free);
  return name ? Napi::String::New(info.Env(), name.get()) : info.Env().Undefined();
}

}  // namespace

void ExportDemangle(Napi::Env env, Napi::Object exports) {
  exports.Set("demangle", Napi::Function::New<Demangle>(env));
}

}  // namespace tsbt
