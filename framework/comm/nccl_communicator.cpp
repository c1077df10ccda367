#include "framework/comm/nccl_communicator.h"

#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAEvent.h>
#include <c10/cuda/CUDAFunctions.h>
#include <fmt/format.h>

#include <exception>
#include <utility>

#include "framework/comm/mpi_handles.h"
#include "framework/core/error.h"

namespace ag::comm {
namespace {

ncclDataType_t nccl_type(const at::Tensor& tensor) {
  switch (tensor.scalar_type()) {
    case at::kFloat:
      return ncclFloat32;
    case at::kDouble:
      return ncclFloat64;
    case at::kHalf:
      return ncclFloat16;
    case at::kBFloat16:
      return ncclBfloat16;
    case at::kChar:
      return ncclInt8;
    case at::kByte:
      return ncclUint8;
    case at::kInt:
      return ncclInt32;
    case at::kLong:
      return ncclInt64;
    default:
      throw Error("all-reduce",
                  fmt::format("can't add {} over GPUs", c10::toString(tensor.scalar_type())),
                  "convert it to float");
  }
}

at::Device prepare(const GpuSeat& seat) {
  load_torch_cuda();
  const auto index = static_cast<c10::DeviceIndex>(seat.device);
  c10::cuda::set_device(index);
  return {at::kCUDA, index};
}

class StreamWork final : public Work {
 public:
  StreamWork(at::Tensor tensor, const c10::cuda::CUDAStream& stream) : tensor_(std::move(tensor)) {
    done_.record(stream);
  }
  // The tensor's memory isn't given to anybody else before the stream is through with it, so there
  // is nothing to wait for.
  ~StreamWork() override = default;
  bool test() override { return done_.query(); }
  void wait() override { done_.block(c10::cuda::getCurrentCUDAStream(tensor_.device().index())); }

 private:
  at::Tensor tensor_;
  c10::cuda::CUDAEvent done_;
};

}  // namespace

// While an exception passes, other ranks may never come to what is under way.
void NcclCommunicator::Ending::operator()(ncclComm_t comm) const {
  if (std::uncaught_exceptions() > exceptions_at_start) {
    ncclCommAbort(comm);
  } else {
    ncclCommDestroy(comm);
  }
}

NcclCommunicator::NcclCommunicator(const MpiSession& session, const GpuSeat& seat,
                                   std::unique_ptr<Communicator> cpu)
    : session_(session),
      device_(prepare(seat)),
      cpu_(std::move(cpu)),
      comm_(nullptr, Ending{std::uncaught_exceptions()}),
      stream_(c10::cuda::getStreamFromPool(/*isHighPriority=*/true, device_.index())) {
  ncclUniqueId id{};
  if (world().rank == 0) check(ncclGetUniqueId(&id), "name the group of GPUs");
  check_mpi(MPI_Bcast(&id, sizeof(id), MPI_BYTE, 0, session.handles().world),
            "name the group of GPUs");
  ncclComm_t comm = nullptr;
  check(ncclCommInitRank(&comm, world().size, id, world().rank), "join the group of GPUs");
  comm_.reset(comm);
}

NcclCommunicator::~NcclCommunicator() = default;

void NcclCommunicator::require_dense(const at::Tensor& tensor, const char* operation) const {
  if (tensor.device() != device_) {
    throw Error(operation, fmt::format("a tensor is on {}, this rank works on {}",
                                       tensor.device().str(), device_.str()));
  }
  if (!tensor.is_non_overlapping_and_dense()) {
    throw Error(operation, "a tensor isn't dense in memory", "use contiguous()");
  }
}

void NcclCommunicator::check(ncclResult_t result, const char* tried) const {
  if (result == ncclSuccess) return;
  const char* detail = ncclGetLastError(comm_.get());
  throw Error("NCCL",
              fmt::format("can't {}: {} {}", tried, ncclGetErrorString(result),
                          detail != nullptr ? detail : ""),
              "run with NCCL_DEBUG=INFO to see more");
}

// Lets our stream come after what the current one has computed, and the allocator know of our use.
template <class Enqueue>
std::unique_ptr<Work> NcclCommunicator::enqueue(const at::Tensor& tensor, const char* tried,
                                                Enqueue&& enqueue) {
  c10::cuda::CUDAEvent computed;
  computed.record(c10::cuda::getCurrentCUDAStream(device_.index()));
  computed.block(stream_);
  check(enqueue(), tried);
  c10::cuda::CUDACachingAllocator::recordStream(tensor.storage().data_ptr(), stream_);
  return std::make_unique<StreamWork>(tensor, stream_);
}

std::unique_ptr<Work> NcclCommunicator::start_all_reduce_sum(const at::Tensor& tensor) {
  if (tensor.is_cpu()) return cpu_->start_all_reduce_sum(tensor);
  require_dense(tensor, "all-reduce");
  const ncclDataType_t type = nccl_type(tensor);
  return enqueue(tensor, "add over the GPUs", [&] {
    return ncclAllReduce(tensor.data_ptr(), tensor.data_ptr(),
                         static_cast<std::size_t>(tensor.numel()), type, ncclSum, comm_.get(),
                         stream_.stream());
  });
}

void NcclCommunicator::all_reduce_sum(const at::Tensor& tensor) {
  if (tensor.is_cpu()) {
    cpu_->all_reduce_sum(tensor);
  } else {
    start_all_reduce_sum(tensor)->wait();
  }
}

void NcclCommunicator::broadcast(const at::Tensor& tensor, int root) {
  if (tensor.is_cpu()) {
    cpu_->broadcast(tensor, root);
    return;
  }
  require_dense(tensor, "broadcast");
  if (root < 0 || root >= world().size) {
    throw Error("broadcast", fmt::format("there is no rank {} among {}", root, world().size));
  }
  enqueue(tensor, "broadcast to the GPUs", [&] {
    return ncclBroadcast(tensor.data_ptr(), tensor.data_ptr(), tensor.nbytes(), ncclUint8, root,
                         comm_.get(), stream_.stream());
  })->wait();
}

void NcclCommunicator::barrier() {
  cpu_->barrier();
}

std::string NcclCommunicator::name() const {
  int version = 0;
  check(ncclGetVersion(&version), "ask for the version");
  return fmt::format("NCCL {}.{}", version / 10000, version / 100 % 100);
}

}  // namespace ag::comm
