// Memory that all ranks of a host see: one section of equal size per rank.
#pragma once

#include <cstddef>
#include <memory>

#include "framework/comm/mpi_handles.h"

namespace ag::comm {

class SharedMemory {
 public:
  // A section gets at least `section_bytes`, is zeroed and begins on a page. Collective over
  // `host`. Throws Error, on all ranks or none, when a rank can't have it: /dev/shm is too small,
  // or the ranks don't see the same one. The memory has no name once this returns, so nothing is
  // left of it when processes are killed.
  SharedMemory(MPI_Comm host, std::size_t section_bytes);

  std::byte* section(int rank) const;

 private:
  // Not collective: what other ranks see of the memory stays.
  struct Unmap {
    std::size_t bytes;
    void operator()(std::byte* memory) const;
  };

  std::size_t section_bytes_;
  std::unique_ptr<std::byte, Unmap> memory_;
};

}  // namespace ag::comm
