#include "framework/comm/communicator.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "framework/comm/mpi_communicator.h"
#include "framework/comm/mpi_session.h"
#include "framework/core/error.h"
#ifdef AG_WITH_CUDA
#include "framework/comm/nccl_communicator.h"
#endif

namespace ag::comm {
namespace {

std::unique_ptr<Communicator> make_mpi(const std::string& transport, const MpiSession& session) {
  if (transport == "mpi" || (transport == "auto" && session.world().hosts > 1)) {
    return std::make_unique<MpiCommunicator>(session, Transport::kMessages);
  }
  try {
    return std::make_unique<MpiCommunicator>(session, Transport::kSharedMemory);
  } catch (const Error& error) {
    if (transport == "shared") throw;
    if (session.world().rank == 0) spdlog::warn("{}; going on with MPI's messages", error.what());
  }
  return std::make_unique<MpiCommunicator>(session, Transport::kMessages);
}

}  // namespace

std::unique_ptr<Communicator> make_communicator(const CommConfig& config,
                                                const MpiSession& session) {
#ifdef AG_WITH_CUDA
  const GpuSeat seat = find_gpu_seat(session);
  const std::string& refusal = seat.refusal;
#else
  const std::string refusal = "this program was built without NCCL";
#endif
  if (config.backend == "nccl" && !refusal.empty()) {
    throw usage_error("comm.backend=nccl", refusal, "set it to auto or mpi to train on the CPU");
  }
  auto mpi = make_mpi(config.transport, session);
#ifdef AG_WITH_CUDA
  if (config.backend != "mpi" && refusal.empty()) {
    return std::make_unique<NcclCommunicator>(session, seat, std::move(mpi));
  }
#endif
  return mpi;
}

std::string broadcast_text(Communicator& communicator, const std::string& text, int root) {
  const at::Tensor length = at::full({1}, static_cast<std::int64_t>(text.size()), at::kLong);
  communicator.broadcast(length, root);
  const at::Tensor bytes = at::empty({length.item<std::int64_t>()}, at::kByte);
  auto* data = reinterpret_cast<char*>(bytes.data_ptr<std::uint8_t>());
  if (communicator.world().rank == root) std::copy(text.begin(), text.end(), data);
  communicator.broadcast(bytes, root);
  return {data, static_cast<std::size_t>(bytes.numel())};
}

}  // namespace ag::comm
