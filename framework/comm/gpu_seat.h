// Which GPU each rank works on.
#pragma once

#include <string>

#include "framework/comm/mpi_session.h"

namespace ag::comm {

struct GpuSeat {
  int device = 0;       // of this rank, as CUDA numbers them in this process
  std::string refusal;  // why not every rank has a GPU of its own; empty when each has
};

// A rank takes the GPU of its local rank among those it sees; a launcher that shows each rank one
// GPU is fine too. The refusal is the same on all ranks. Collective.
GpuSeat find_gpu_seat(const MpiSession& session);

// Loads LibTorch's GPU part (libtorch_cuda.so), without which tensors can't be on a GPU. It isn't
// linked, so that the program starts where it or what it needs is missing. Throws Error.
void load_torch_cuda();

}  // namespace ag::comm
