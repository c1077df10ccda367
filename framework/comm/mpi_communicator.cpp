#include "framework/comm/mpi_communicator.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "framework/comm/mpi_handles.h"
#include "framework/comm/mpi_session.h"
#include "framework/core/error.h"

namespace ag::comm {
namespace {

void require_dense_cpu(const at::Tensor& tensor, std::string_view operation) {
  const auto refuse = [&](std::string_view what, const std::string& mend) {
    throw Error(std::string(operation), fmt::format("a tensor {}", what), mend);
  };
  if (!tensor.defined()) refuse("isn't defined", "");
  if (!tensor.device().is_cpu()) refuse("isn't on the CPU", "use the nccl backend for GPUs");
  if (!tensor.is_non_overlapping_and_dense()) refuse("isn't dense in memory", "use contiguous()");
}

std::optional<Element> element_of(at::ScalarType type) {
  switch (type) {
    case at::kFloat:
      return Element::kFloat;
    case at::kDouble:
      return Element::kDouble;
    case at::kChar:
      return Element::kInt8;
    case at::kByte:
      return Element::kUint8;
    case at::kShort:
      return Element::kInt16;
    case at::kInt:
      return Element::kInt32;
    case at::kLong:
      return Element::kInt64;
    default:
      return std::nullopt;
  }
}

MPI_Datatype mpi_type(Element element) {
  switch (element) {
    case Element::kFloat:
      return MPI_FLOAT;
    case Element::kDouble:
      return MPI_DOUBLE;
    case Element::kInt8:
      return MPI_INT8_T;
    case Element::kUint8:
      return MPI_UINT8_T;
    case Element::kInt16:
      return MPI_INT16_T;
    case Element::kInt32:
      return MPI_INT32_T;
    case Element::kInt64:
      return MPI_INT64_T;
  }
  return MPI_DATATYPE_NULL;
}

Element addable(const at::Tensor& tensor) {
  require_dense_cpu(tensor, "all-reduce");
  const std::optional<Element> element = element_of(tensor.scalar_type());
  if (!element) {
    throw Error("all-reduce",
                fmt::format("can't add {} over ranks", c10::toString(tensor.scalar_type())),
                "convert it to float");
  }
  return *element;
}

// Calls `part(pointer, count)` for pieces that MPI's int counts can name.
template <class Part>
void in_parts(void* data, std::int64_t count, std::size_t width, std::int64_t most, Part&& part) {
  auto* bytes = static_cast<std::byte*>(data);
  for (std::int64_t done = 0; done < count;) {
    const std::int64_t length = std::min(most, count - done);
    part(bytes + static_cast<std::size_t>(done) * width, static_cast<int>(length));
    done += length;
  }
}

class NoWork final : public Work {
 public:
  bool test() override { return true; }
  void wait() override {}
};

class SharedWork final : public Work {
 public:
  SharedWork(SharedAllReduce& shared, at::Tensor tensor, Element element)
      : shared_(shared),
        tensor_(std::move(tensor)),
        job_(shared.submit(tensor_.data_ptr(), tensor_.numel(), element)) {}
  ~SharedWork() override { shared_.wait(job_); }
  bool test() override { return shared_.progress(job_); }
  void wait() override { shared_.wait(job_); }

 private:
  SharedAllReduce& shared_;
  at::Tensor tensor_;
  std::uint64_t job_;
};

class MessageWork final : public Work {
 public:
  MessageWork(at::Tensor tensor, Element element, std::int64_t most, MPI_Comm comm)
      : tensor_(std::move(tensor)) {
    in_parts(
        tensor_.data_ptr(), tensor_.numel(), bytes_of(element), most, [&](void* part, int count) {
          MPI_Request& request = requests_.emplace_back(MPI_REQUEST_NULL);
          check_mpi(
              MPI_Iallreduce(MPI_IN_PLACE, part, count, mpi_type(element), MPI_SUM, comm, &request),
              "start adding over the ranks");
        });
  }
  ~MessageWork() override {
    MPI_Waitall(static_cast<int>(requests_.size()), requests_.data(), MPI_STATUSES_IGNORE);
  }
  bool test() override {
    int done = 0;
    check_mpi(MPI_Testall(static_cast<int>(requests_.size()), requests_.data(), &done,
                          MPI_STATUSES_IGNORE),
              "add over the ranks");
    return done != 0;
  }
  void wait() override {
    check_mpi(
        MPI_Waitall(static_cast<int>(requests_.size()), requests_.data(), MPI_STATUSES_IGNORE),
        "add over the ranks");
  }

 private:
  at::Tensor tensor_;
  std::vector<MPI_Request> requests_;
};

}  // namespace

MpiCommunicator::MpiCommunicator(const MpiSession& session, Transport transport,
                                 std::int64_t most_elements)
    : session_(session), most_elements_(most_elements) {
  if (transport == Transport::kMessages || world().size == 1) return;
  if (world().hosts > 1) {
    throw usage_error("comm.transport",
                      fmt::format("shared memory can't join {} hosts", world().hosts),
                      "set it to auto");
  }
  shared_ = std::make_unique<SharedAllReduce>(session.handles().host);
}

const World& MpiCommunicator::world() const {
  return session_.world();
}

void MpiCommunicator::all_reduce_sum(const at::Tensor& tensor) {
  const Element element = addable(tensor);
  if (world().size == 1) return;
  if (shared_) {
    shared_->wait(shared_->submit(tensor.data_ptr(), tensor.numel(), element));
    return;
  }
  in_parts(tensor.data_ptr(), tensor.numel(), bytes_of(element), most_elements_,
           [&](void* part, int count) {
             check_mpi(MPI_Allreduce(MPI_IN_PLACE, part, count, mpi_type(element), MPI_SUM,
                                     session_.handles().world),
                       "add over the ranks");
           });
}

std::unique_ptr<Work> MpiCommunicator::start_all_reduce_sum(const at::Tensor& tensor) {
  const Element element = addable(tensor);
  if (world().size == 1) return std::make_unique<NoWork>();
  if (shared_) return std::make_unique<SharedWork>(*shared_, tensor, element);
  return std::make_unique<MessageWork>(tensor, element, most_elements_, session_.handles().world);
}

void MpiCommunicator::broadcast(const at::Tensor& tensor, int root) {
  require_dense_cpu(tensor, "broadcast");
  if (root < 0 || root >= world().size) {
    throw Error("broadcast", fmt::format("there is no rank {} among {}", root, world().size));
  }
  if (world().size == 1) return;
  in_parts(tensor.data_ptr(), static_cast<std::int64_t>(tensor.nbytes()), 1, most_elements_,
           [&](void* part, int count) {
             check_mpi(MPI_Bcast(part, count, MPI_BYTE, root, session_.handles().world),
                       "broadcast to the ranks");
           });
}

void MpiCommunicator::barrier() {
  if (world().size == 1) return;
  if (shared_) {
    shared_->barrier();
  } else {
    check_mpi(MPI_Barrier(session_.handles().world), "wait for the ranks");
  }
}

// A thread in MPI spins while it waits and takes that time from backward; in ours it sleeps.
std::string MpiCommunicator::best_overlap() const {
  return shared_ ? "thread" : "poll";
}

std::string MpiCommunicator::name() const {
  if (world().size == 1) return "one rank";
  return shared_ ? "MPI, shared memory" : "MPI";
}

}  // namespace ag::comm
