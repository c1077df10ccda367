// The Communicator for CPU tensors, over MPI. A world on one host adds through shared memory
// instead, where that is chosen: it is faster there and gives the same bits for every way of
// waiting.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>

#include "framework/comm/communicator.h"
#include "framework/comm/shared_all_reduce.h"

namespace ag::comm {

class MpiSession;

enum class Transport {
  kMessages,      // MPI_Allreduce, MPI_Iallreduce
  kSharedMemory,  // needs all ranks on one host
};

class MpiCommunicator final : public Communicator {
 public:
  // `most_elements` is how many one MPI call may be given. Collective. `session` must outlive this.
  // Throws Error when kSharedMemory can't be had.
  MpiCommunicator(const MpiSession& session, Transport transport,
                  std::int64_t most_elements = std::numeric_limits<int>::max());

  const World& world() const override;
  at::Device device() const override { return at::kCPU; }
  void all_reduce_sum(const at::Tensor& tensor) override;
  std::unique_ptr<Work> start_all_reduce_sum(const at::Tensor& tensor) override;
  void broadcast(const at::Tensor& tensor, int root) override;
  void barrier() override;
  std::string best_overlap() const override;
  std::string name() const override;

 private:
  const MpiSession& session_;
  std::int64_t most_elements_;
  std::unique_ptr<SharedAllReduce> shared_;  // empty: messages
};

}  // namespace ag::comm
