#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace tsbt {

// Owns one mmap(2) region. A default-constructed or failed mapping is false.
class Mapping {
 public:
  Mapping() noexcept = default;
  // Shares `length` bytes of `fd` from `offset` on. The pages are not inherited by forked children, which
  // would otherwise keep the mapped object alive.
  static Mapping Shared(int fd, size_t length, int protection, off_t offset) noexcept {
    Mapping mapping(::mmap(nullptr, length, protection, MAP_SHARED, fd, offset), length);
    if (mapping) ::madvise(mapping.address_, length, MADV_DONTFORK);
    return mapping;
  }
  // The first `length` bytes of a file, to be read.
  static Mapping OfFile(int fd, size_t length) noexcept {
    return Mapping(::mmap(nullptr, length, PROT_READ, MAP_PRIVATE, fd, 0), length);
  }
  // Zero pages that cost memory only once touched.
  static Mapping Anonymous(size_t length) noexcept {
    constexpr int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    return Mapping(::mmap(nullptr, length, PROT_READ | PROT_WRITE, flags, -1, 0), length);
  }
  ~Mapping() { reset(); }
  Mapping(Mapping&& other) noexcept
      : address_(std::exchange(other.address_, MAP_FAILED)), length_(other.length_) {}
  Mapping& operator=(Mapping&& other) noexcept {
    reset();
    address_ = std::exchange(other.address_, MAP_FAILED);
    length_ = other.length_;
    return *this;
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  explicit operator bool() const noexcept { return address_ != MAP_FAILED; }
  uint8_t* bytes() const noexcept { return static_cast<uint8_t*>(address_); }
  size_t length() const noexcept { return length_; }
  void reset() noexcept {
    if (void* old = std::exchange(address_, MAP_FAILED); old != MAP_FAILED) ::munmap(old, length_);
  }

 private:
  Mapping(void* address, size_t length) noexcept : address_(address), length_(length) {}
  void* address_ = MAP_FAILED;
  size_t length_ = 0;
};

}  // namespace tsbt
