#include "framework/comm/gpu_seat.h"

#include <cuda_runtime_api.h>
#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstring>
#include <vector>

#include "framework/comm/mpi_handles.h"

namespace ag::comm {
namespace {

using BusId = std::array<char, 32>;  // "0000:3B:00.0": a GPU's name within its host

// This rank's GPU, or what is wrong.
GpuSeat look_for_gpu(const World& world, BusId& bus_id) {
  GpuSeat seat;
  int count = 0;
  const cudaError_t found = cudaGetDeviceCount(&count);
  if (found != cudaSuccess || count == 0) {
    seat.refusal =
        fmt::format("there is no GPU for rank {} ({})", world.rank,
                    found != cudaSuccess ? cudaGetErrorString(found) : "none is visible");
    return seat;
  }
  seat.device = world.local_rank % count;
  const cudaError_t named = cudaDeviceGetPCIBusId(bus_id.data(), bus_id.size(), seat.device);
  if (named != cudaSuccess) {
    seat.refusal = fmt::format("GPU {} doesn't answer rank {} ({})", seat.device, world.rank,
                               cudaGetErrorString(named));
  }
  return seat;
}

// NCCL can't have two ranks on a GPU.
std::string sharing(const MpiSession& session, const BusId& bus_id) {
  const World& world = session.world();
  std::vector<BusId> all(static_cast<std::size_t>(world.local_size));
  check_mpi(MPI_Allgather(bus_id.data(), sizeof(BusId), MPI_CHAR, all.data(), sizeof(BusId),
                          MPI_CHAR, session.handles().host),
            "compare GPUs");
  const auto other = std::find(all.begin(), all.end(), bus_id) - all.begin();
  if (bus_id[0] == '\0' || other == world.local_rank) return "";
  return fmt::format("ranks {} and {} of a host would share the GPU at {}", other, world.local_rank,
                     bus_id.data());
}

// The complaint of the first rank that has one, on all ranks.
std::string first_complaint(const MpiSession& session, const std::string& complaint) {
  const MPI_Comm world = session.handles().world;
  int first = complaint.empty() ? INT_MAX : session.world().rank;
  check_mpi(MPI_Allreduce(MPI_IN_PLACE, &first, 1, MPI_INT, MPI_MIN, world), "compare GPUs");
  if (first == INT_MAX) return "";
  std::array<char, 256> text{};
  std::strncpy(text.data(), complaint.c_str(), text.size() - 1);
  check_mpi(MPI_Bcast(text.data(), text.size(), MPI_CHAR, first, world), "compare GPUs");
  return text.data();
}

}  // namespace

GpuSeat find_gpu_seat(const MpiSession& session) {
  BusId bus_id{};
  GpuSeat seat = look_for_gpu(session.world(), bus_id);
  const std::string shared = sharing(session, bus_id);
  seat.refusal = first_complaint(session, seat.refusal.empty() ? shared : seat.refusal);
  return seat;
}

void load_torch_cuda() {
  if (dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL) != nullptr) return;
  const char* reason = dlerror();
  throw Error("LibTorch's GPU part",
              fmt::format("doesn't load: {}", reason != nullptr ? reason : "?"),
              "run launch/setup.sh --cuda, or set comm.backend=mpi to train on the CPU");
}

}  // namespace ag::comm
