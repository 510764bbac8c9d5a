#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "mapping.h"

namespace tsbt {

// Records copied out of a ring, one after the other, each as it lies there:
//
//   0        4          8                 8 + length, rounded up to 8
//   | length | position | payload ... pad |
//
// `position` is the low half of the record's place in the ring's endless byte stream.
struct Batch {
  std::shared_ptr<Mapping> memory;
  size_t used = 0;
};

// The memory shared with the kernel (kernel/bpf/ringbuf.c):
//
//   page 0        consumer position, ours to write
//   page 1        producer position
//   page 2 ...    the data, mapped twice in a row so that no record is ever split
//
// Positions only grow; the place in the data is the position modulo the size. Not thread-safe, but for the
// functions that say so.
class BpfRing {
 public:
  // False after a failed mmap(2), with errno set.
  bool Open(int fd, size_t size) noexcept;
  size_t size() const noexcept { return size_; }

  // A committed record waits. Any thread.
  bool HasRecord() const noexcept;
  // Bytes between the consumer and the producer, headers included. Any thread.
  size_t Backlog() const noexcept;
  uint64_t ProducerPosition() const noexcept;

  // Copies committed records that start before `end` into `batch` until it holds `target` bytes or more, and gives
  // their room back to the kernel. A batch of `target` + size() bytes is always large enough.
  void CopyTo(Batch& batch, size_t target, uint64_t end) noexcept;

 private:
  uint64_t ConsumerPosition() const noexcept;
  void SetConsumerPosition(uint64_t position) noexcept;
  uint32_t HeaderAt(uint64_t position) const noexcept;

  Mapping consumer_;
  Mapping producer_;
  const uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace tsbt
