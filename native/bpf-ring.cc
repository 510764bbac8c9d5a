#include "bpf-ring.h"

#include <linux/bpf.h>
#include <unistd.h>

#include <cstring>

namespace tsbt {
namespace {

constexpr size_t kHeader = BPF_RINGBUF_HDR_SZ;
constexpr uint32_t kFlags = BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT;

// The kernel's positions are `unsigned long`.
unsigned long* PositionAt(const Mapping& page) noexcept { return reinterpret_cast<unsigned long*>(page.bytes()); }

constexpr size_t Stride(uint32_t header) noexcept { return (size_t{header & ~kFlags} + kHeader + 7) & ~size_t{7}; }

}  // namespace

bool BpfRing::Open(int fd, size_t size) noexcept {
  const auto page = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  consumer_ = Mapping::Shared(fd, page, PROT_READ | PROT_WRITE, 0);
  if (!consumer_) return false;
  producer_ = Mapping::Shared(fd, page + 2 * size, PROT_READ, static_cast<off_t>(page));
  if (!producer_) return false;
  data_ = producer_.bytes() + page;
  size_ = size;
  return true;
}

uint64_t BpfRing::ConsumerPosition() const noexcept { return __atomic_load_n(PositionAt(consumer_), __ATOMIC_RELAXED); }

// Sequentially consistent: the kernel commits a record, then looks whether we stand at it and need waking; we move on,
// then look whether a record is committed. One of the two must see the other.
void BpfRing::SetConsumerPosition(uint64_t position) noexcept {
  __atomic_store_n(PositionAt(consumer_), position, __ATOMIC_SEQ_CST);
}

uint64_t BpfRing::ProducerPosition() const noexcept { return __atomic_load_n(PositionAt(producer_), __ATOMIC_ACQUIRE); }

uint32_t BpfRing::HeaderAt(uint64_t position) const noexcept {
  return __atomic_load_n(reinterpret_cast<const uint32_t*>(data_ + (position & (size_ - 1))), __ATOMIC_ACQUIRE);
}

bool BpfRing::HasRecord() const noexcept {
  const uint64_t position = ConsumerPosition();
  return position < ProducerPosition() && (HeaderAt(position) & BPF_RINGBUF_BUSY_BIT) == 0;
}

size_t BpfRing::Backlog() const noexcept {
  const uint64_t position = ConsumerPosition();
  return static_cast<size_t>(ProducerPosition() - position);
}

void BpfRing::CopyTo(Batch& batch, size_t target, uint64_t end) noexcept {
  uint64_t position = ConsumerPosition();
  const uint64_t start = position;
  const uint64_t produced = ProducerPosition();
  if (end > produced) end = produced;
  while (position < end && batch.used < target) {
    const uint32_t header = HeaderAt(position);
    if (header & BPF_RINGBUF_BUSY_BIT) break;
    const size_t stride = Stride(header);
    if ((header & BPF_RINGBUF_DISCARD_BIT) == 0) {
      uint8_t* to = batch.memory->bytes() + batch.used;
      std::memcpy(to, data_ + (position & (size_ - 1)), stride);
      const auto low = static_cast<uint32_t>(position);
      std::memcpy(to + sizeof header, &low, sizeof low);
      batch.used += stride;
    }
    position += stride;
  }
  if (position != start) SetConsumerPosition(position);
}

}  // namespace tsbt
