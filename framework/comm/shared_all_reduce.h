// Adds arrays of all ranks of one host through shared memory, in place.
//
// Faster than MPI_Allreduce on one host (docs/decisions/gradient_overlap.md says by how much): each
// element crosses memory once, and a rank that waits sleeps instead of burning a core that another
// rank could use. Elements are added in rank order, so the sum has the same bits on all ranks,
// however it is cut into jobs.
//
// An array goes through a ring of slots, a chunk at a time. For each chunk, each rank
//   1. copies what other ranks will add into its own slot    (arrived),
//   2. adds its part of the chunk from all ranks' slots      (added),
//   3. copies the parts that other ranks added back          (taken).
// All ranks submit the same jobs in the same order. One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>

#include "framework/comm/mpi_handles.h"

namespace ag::comm {

class SharedWindow;

// The types that can be added.
enum class Element { kFloat, kDouble, kInt8, kUint8, kInt16, kInt32, kInt64 };
std::size_t bytes_of(Element element);

class SharedAllReduce {
 public:
  // `host` holds the ranks that add, all of one host; it must outlive this. Collective. Throws
  // Error, on all ranks or none, when they can't share memory.
  explicit SharedAllReduce(MPI_Comm host);
  // Waits for nobody: what this rank has shared stays readable for the others, but a job that it
  // hasn't finished stands still for ever on them.
  ~SharedAllReduce();
  SharedAllReduce(const SharedAllReduce&) = delete;
  SharedAllReduce& operator=(const SharedAllReduce&) = delete;

  // Submits `count` elements at `data`, which stay the caller's and may not be touched until the
  // job is done. Returns the job's number. Does no work yet.
  std::uint64_t submit(void* data, std::int64_t count, Element element);
  // Works on the jobs as far as that goes without waiting; true when job `number` is done.
  bool progress(std::uint64_t number);
  // Works and sleeps until job `number`, and so each before it, is done.
  void wait(std::uint64_t number);
  // Returns when every rank of the host has come here. Ends all earlier jobs too.
  void barrier();

 private:
  struct Chunk {
    std::byte* data;
    std::size_t count;
    Element element;
  };

  bool step();   // one copy or addition; false when each that is left must wait for another rank
  void sleep();  // until the oldest chunk may go on
  void copy_in(const Chunk& chunk);
  void add(const Chunk& chunk);
  void copy_out(const Chunk& chunk);
  const Chunk& chunk(std::uint64_t number) const { return chunks_[number - taken_]; }

  std::unique_ptr<SharedWindow> window_;
  std::deque<Chunk> chunks_;  // numbers taken_ to submitted_ - 1
  // How many chunks this rank has brought that far.
  std::uint64_t submitted_ = 0;
  std::uint64_t arrived_ = 0;
  std::uint64_t added_ = 0;
  std::uint64_t taken_ = 0;
};

}  // namespace ag::comm
