#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "fd.h"
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
// Positions only grow; the place in the data is the position modulo the size. The kernel maps a page of the ring, and
// counts it as ours, when mmap(2) is called and not when the page is touched: so only a window of the data is mapped, and
// moved along. Not thread-safe, but for the functions that say so.
class BpfRing {
 public:
  // False after a failed system call, with errno set.
  bool Open(int fd, size_t size) noexcept;
  size_t size() const noexcept { return size_; }

  // Bytes between the consumer and the producer, headers included. Any thread.
  size_t Backlog() const noexcept;
  // Any thread.
  uint64_t ProducerPosition() const noexcept;
  // A committed record waits.
  bool HasRecord() noexcept;

  // Copies committed records that start before `end` into `batch` until it holds `target` bytes or more, and gives
  // their room back to the kernel. A batch of `target` + size() bytes is always large enough.
  void CopyTo(Batch& batch, size_t target, uint64_t end) noexcept;

 private:
  uint64_t ConsumerPosition() const noexcept;
  void SetConsumerPosition(uint64_t position) noexcept;
  // `length` bytes of the data, at most size() of them. Null when the kernel has no memory for a mapping.
  const uint8_t* DataAt(uint64_t position, size_t length) noexcept;
  // A header without the busy bit is a whole record.
  uint32_t HeaderAt(uint64_t position) noexcept;

  Fd fd_;
  Mapping consumer_;
  Mapping producer_;
  Mapping window_;
  uint64_t windowStart_ = 0;  // a place in the data, not a position
  size_t size_ = 0;
};

}  // namespace tsbt
