#include "program.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cstring>

#include "arguments.h"
#include "fork.h"

extern char** environ;

namespace tsbt {
namespace {

std::string StringOf(const Napi::Value& view) {
  const Bytes bytes = BytesOf(view);
  return std::string(reinterpret_cast<const char*>(bytes.data), bytes.length);
}

std::vector<std::pair<int, rlimit>> LimitsOf(const Napi::Value& array) {
  const auto list = array.As<Napi::BigUint64Array>();
  std::vector<std::pair<int, rlimit>> limits;
  for (size_t i = 0; i + 2 < list.ElementLength(); i += 3) {
    limits.push_back({static_cast<int>(list[i]), {list[i + 1], list[i + 2]}});
  }
  return limits;
}

}  // namespace

Program::Program(const Napi::Value& description) {
  const auto fields = description.As<Napi::Object>();
  path_ = StringOf(fields.Get("path"));
  argvBlock_ = StringOf(fields.Get("argv"));
  argv_ = Split(argvBlock_);
  if (const Napi::Value env = fields.Get("env"); !env.IsUndefined()) {
    envBlock_ = StringOf(env);
    env_ = Split(envBlock_);
  }
  limits_ = LimitsOf(fields.Get("limits"));
  ignoredSignals_ = Int32sOf(fields.Get("ignoredSignals"));
}

std::vector<char*> Program::Split(std::string& block) {
  std::vector<char*> strings;
  for (size_t at = 0; at < block.size(); at += std::strlen(&block[at]) + 1) strings.push_back(&block[at]);
  strings.push_back(nullptr);
  return strings;
}

void Program::Prepare() const noexcept {
  for (int standard = STDIN_FILENO; standard <= STDERR_FILENO; standard++) {
    ::fcntl(standard, F_SETFD, 0);  // Node sets FD_CLOEXEC even on them
  }
  for (const auto& [resource, limit] : limits_) ::setrlimit(static_cast<Resource>(resource), &limit);
  for (int number = 1; number < NSIG; number++) ::signal(number, SIG_DFL);
  for (const int number : ignoredSignals_) ::signal(number, SIG_IGN);
}

void Program::Exec() const noexcept {
  UnblockSignals();
  ::execve(path_.c_str(), argv_.data(), env_.empty() ? environ : env_.data());
}

}  // namespace tsbt
