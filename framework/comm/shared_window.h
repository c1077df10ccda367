// The memory that SharedAllReduce works in: a section per rank, seen by all ranks of a host, and
// counters that a rank can sleep on.
//
// Section of a rank: | counters | slot 0 | slot 1 | … | sum 0 | sum 1 | … |
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "framework/comm/mpi_handles.h"
#include "framework/comm/shared_memory.h"

namespace ag::comm {

// A count that one rank raises and others wait for. It wraps; a reader is never 2^31 behind.
class alignas(128) SharedCounter {
 public:
  void raise_to(std::uint64_t count);  // by the owner alone; wakes who sleeps
  bool reached(std::uint64_t count) const;
  // Spins `spins` times, then sleeps until reached(count) or a signal comes.
  void wait_for(std::uint64_t count, int spins);

 private:
  std::atomic<std::uint32_t> value_{0};
  std::atomic<std::uint32_t> sleepers_{0};
};

enum class Stage { kArrived, kAdded, kTaken };
inline constexpr int kStages = 3;

class SharedWindow {
 public:
  static constexpr int kSlots = 2;

  // Collective over `host`. Throws Error, on all ranks or none, when memory can't be shared.
  explicit SharedWindow(MPI_Comm host);
  SharedWindow(const SharedWindow&) = delete;
  SharedWindow& operator=(const SharedWindow&) = delete;

  int rank() const { return rank_; }
  int size() const { return size_; }
  std::size_t chunk_bytes() const { return chunk_bytes_; }
  // A rank's part of a chunk of `count` elements of `element_bytes` begins here and ends where the
  // next rank's begins; part(size()) is `count`.
  std::size_t part(int rank, std::size_t count, std::size_t element_bytes) const;

  std::byte* slot(int rank, std::uint64_t chunk) const;  // [chunk_bytes()]
  std::byte* sum(int rank, std::uint64_t chunk) const;   // [that rank's part of a chunk]

  void raise(Stage stage, std::uint64_t count);
  // The first rank that hasn't brought `count` chunks to `stage`; -1 when all have.
  int laggard(Stage stage, std::uint64_t count) const;
  void wait_for(Stage stage, int rank, std::uint64_t count);

 private:
  SharedCounter& counter(int rank, Stage stage) const;

  int rank_ = 0;
  int size_ = 1;
  int spins_ = 0;
  std::size_t chunk_bytes_ = 0;
  std::size_t part_bytes_ = 0;
  std::unique_ptr<SharedMemory> memory_;
};

}  // namespace ag::comm
