#include "framework/comm/shared_window.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdint>
#include <new>

#include "framework/comm/stream_copy.h"

namespace ag::comm {
namespace {

constexpr std::size_t kLine = 128;  // a pair of cache lines, which prefetchers treat as one
// A chunk this large costs little in waiting per byte and still stays in the caches.
constexpr std::size_t kLargestChunk = std::size_t{1} << 20;
constexpr std::size_t kSmallestChunk = std::size_t{64} << 10;
// All sections of a host together: containers often have no more than 64 MB of shared memory.
constexpr std::size_t kHostBudget = std::size_t{32} << 20;
// About 20 microseconds: twice what it costs to sleep and to be woken.
constexpr int kSpins = 800;

static_assert(std::atomic<std::uint32_t>::is_always_lock_free);
static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t));

std::size_t round_up(std::size_t bytes, std::size_t unit) {
  return (bytes + unit - 1) / unit * unit;
}

void relax() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

// std::atomic::wait works within a process only.
void futex(std::atomic<std::uint32_t>& word, int operation, std::uint32_t value) {
  syscall(SYS_futex, reinterpret_cast<std::uint32_t*>(&word), operation, value, nullptr, nullptr,
          0);
}

}  // namespace

void SharedCounter::raise_to(std::uint64_t count) {
  value_.store(static_cast<std::uint32_t>(count));
  if (sleepers_.load() != 0) futex(value_, FUTEX_WAKE, INT_MAX);
}

bool SharedCounter::reached(std::uint64_t count) const {
  const auto behind = static_cast<std::uint32_t>(count) - value_.load(std::memory_order_acquire);
  return static_cast<std::int32_t>(behind) <= 0;
}

void SharedCounter::wait_for(std::uint64_t count, int spins) {
  for (int i = 0; i < spins; ++i) {
    if (reached(count)) return;
    relax();
  }
  // The owner looks for sleepers after it stores: one of the two sees the other.
  sleepers_.fetch_add(1);
  const std::uint32_t seen = value_.load();
  if (!reached(count)) futex(value_, FUTEX_WAIT, seen);
  sleepers_.fetch_sub(1);
}

SharedWindow::SharedWindow(MPI_Comm host) {
  check_mpi(MPI_Comm_rank(host, &rank_), "ask for the rank on this host");
  check_mpi(MPI_Comm_size(host, &size_), "count the ranks of this host");
  // A rank that spins while there are more ranks than cores keeps the core from who it waits for.
  spins_ = size_ <= sysconf(_SC_NPROCESSORS_ONLN) ? kSpins : 0;
  const std::size_t share = kHostBudget / (static_cast<std::size_t>(size_ + 1) * kSlots);
  chunk_bytes_ = std::clamp(share / kLine * kLine, kSmallestChunk, kLargestChunk);
  part_bytes_ = round_up(chunk_bytes_ / static_cast<std::size_t>(size_) + 1, kLine);
  memory_ = std::make_unique<SharedMemory>(
      host, kStages * sizeof(SharedCounter) + kSlots * (chunk_bytes_ + part_bytes_));
  for (int stage = 0; stage < kStages; ++stage) {
    new (memory_->section(rank_) + stage * sizeof(SharedCounter)) SharedCounter;
  }
  check_mpi(MPI_Barrier(host), "wait for the ranks of this host");
}

std::size_t SharedWindow::part(int rank, std::size_t count, std::size_t element_bytes) const {
  const std::size_t ranks = static_cast<std::size_t>(size_);
  const std::size_t each = round_up((count + ranks - 1) / ranks, kLine / element_bytes);
  return std::min(count, static_cast<std::size_t>(rank) * each);
}

std::byte* SharedWindow::slot(int rank, std::uint64_t chunk) const {
  return memory_->section(rank) + kStages * sizeof(SharedCounter) + chunk % kSlots * chunk_bytes_;
}

std::byte* SharedWindow::sum(int rank, std::uint64_t chunk) const {
  return slot(rank, 0) + kSlots * chunk_bytes_ + chunk % kSlots * part_bytes_;
}

SharedCounter& SharedWindow::counter(int rank, Stage stage) const {
  return reinterpret_cast<SharedCounter*>(memory_->section(rank))[static_cast<int>(stage)];
}

void SharedWindow::raise(Stage stage, std::uint64_t count) {
  fence_streams();
  counter(rank_, stage).raise_to(count);
}

int SharedWindow::laggard(Stage stage, std::uint64_t count) const {
  for (int rank = 0; rank < size_; ++rank) {
    if (!counter(rank, stage).reached(count)) return rank;
  }
  return -1;
}

void SharedWindow::wait_for(Stage stage, int rank, std::uint64_t count) {
  counter(rank, stage).wait_for(count, spins_);
}

}  // namespace ag::comm
