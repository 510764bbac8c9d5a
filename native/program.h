#pragma once

#include <napi.h>
#include <sys/resource.h>

#include <string>
#include <utility>
#include <vector>

namespace tsbt {

// What a forked child becomes. Copied from JavaScript's { path, argv, env, limits, ignoredSignals }:
//
//   path            bytes
//   argv, env       blocks of strings such as "a\0b\0"; without env, this process's
//   limits          for setrlimit(2): resource, soft and hard limit, one after the other
//   ignoredSignals  their numbers; all others get their default action
class Program {
 public:
  explicit Program(const Napi::Value& description);
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // Both make only async-signal-safe calls. What a child that waits does before it does not count as the program's: what
  // traces it is attached meanwhile. Signals stay blocked up to Exec(), which returns when exec fails, with errno set.
  void Prepare() const noexcept;
  void Exec() const noexcept;

 private:
  // The strings of a block, and the null that exec wants after them.
  static std::vector<char*> Split(std::string& block);

  std::string path_;
  std::string argvBlock_, envBlock_;
  std::vector<char*> argv_, env_;
  std::vector<std::pair<int, rlimit>> limits_;
  std::vector<int> ignoredSignals_;
};

}  // namespace tsbt
