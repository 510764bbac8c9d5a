#pragma once

#include <unistd.h>

#include <utility>

namespace tsbt {

// Owns one file descriptor; closes it once.
class Fd {
 public:
  explicit Fd(int raw = -1) noexcept : raw_(raw) {}
  ~Fd() { reset(); }
  Fd(Fd&& other) noexcept : raw_(other.release()) {}
  Fd& operator=(Fd&& other) noexcept {
    reset(other.release());
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;

  explicit operator bool() const noexcept { return raw_ >= 0; }
  int get() const noexcept { return raw_; }
  int release() noexcept { return std::exchange(raw_, -1); }
  void reset(int raw = -1) noexcept {
    if (int old = std::exchange(raw_, raw); old >= 0) ::close(old);
  }

 private:
  int raw_;
};

}  // namespace tsbt
