#include "bpf-ring.h"

#include <fcntl.h>
#include <linux/bpf.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace tsbt {
namespace {

constexpr size_t kHeader = BPF_RINGBUF_HDR_SZ;
constexpr size_t kWindow = size_t{512} << 10;
constexpr uint32_t kFlags = BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT;

// The kernel's positions are `unsigned long`.
unsigned long* PositionAt(const Mapping& page) noexcept { return reinterpret_cast<unsigned long*>(page.bytes()); }

size_t PageSize() noexcept { return static_cast<size_t>(::sysconf(_SC_PAGESIZE)); }

constexpr size_t Stride(uint32_t header) noexcept { return (size_t{header & ~kFlags} + kHeader + 7) & ~size_t{7}; }

}  // namespace

bool BpfRing::Open(int fd, size_t size) noexcept {
  size_ = size;
  fd_.reset(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
  if (!fd_) return false;
  consumer_ = Mapping::Shared(fd, PageSize(), PROT_READ | PROT_WRITE, 0);
  if (!consumer_) return false;
  producer_ = Mapping::Shared(fd, PageSize(), PROT_READ, static_cast<off_t>(PageSize()));
  return producer_ && DataAt(0, kHeader) != nullptr;
}

const uint8_t* BpfRing::DataAt(uint64_t position, size_t length) noexcept {
  const uint64_t place = position & (size_ - 1);
  if (!window_ || place < windowStart_ || place + length > windowStart_ + window_.length()) {
    windowStart_ = place & ~uint64_t{PageSize() - 1};
    const size_t needed = (place - windowStart_ + length + PageSize() - 1) & ~(PageSize() - 1);
    const size_t wanted = std::max(needed, std::min(kWindow, size_));
    window_.reset();
    window_ = Mapping::Shared(fd_.get(), wanted, PROT_READ, static_cast<off_t>(2 * PageSize() + windowStart_));
    if (!window_) return nullptr;
  }
  return window_.bytes() + (place - windowStart_);
}

uint64_t BpfRing::ConsumerPosition() const noexcept { return __atomic_load_n(PositionAt(consumer_), __ATOMIC_RELAXED); }

// Sequentially consistent: the kernel commits a record, then looks whether we stand at it and need waking; we move on,
// then look whether a record is committed. One of the two must see the other.
void BpfRing::SetConsumerPosition(uint64_t position) noexcept {
  __atomic_store_n(PositionAt(consumer_), position, __ATOMIC_SEQ_CST);
}

uint64_t BpfRing::ProducerPosition() const noexcept { return __atomic_load_n(PositionAt(producer_), __ATOMIC_ACQUIRE); }

uint32_t BpfRing::HeaderAt(uint64_t position) noexcept {
  const uint8_t* data = DataAt(position, kHeader);
  // Without memory, wait: as if the record were not ready.
  if (data == nullptr) return BPF_RINGBUF_BUSY_BIT;
  return __atomic_load_n(reinterpret_cast<const uint32_t*>(data), __ATOMIC_ACQUIRE);
}

bool BpfRing::HasRecord() noexcept {
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
      const uint8_t* from = DataAt(position, stride);
      if (from == nullptr) break;
      uint8_t* to = batch.memory->bytes() + batch.used;
      std::memcpy(to, from, stride);
      const auto low = static_cast<uint32_t>(position);
      std::memcpy(to + sizeof header, &low, sizeof low);
      batch.used += stride;
    }
    position += stride;
  }
  if (position != start) SetConsumerPosition(position);
}

}  // namespace tsbt
