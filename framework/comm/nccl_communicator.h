// The Communicator for CUDA tensors, over NCCL: a GPU per rank, sums on a stream of its own beside
// what the current stream computes. CPU tensors go over MPI.
//
// NCCL's order of adding depends on the ranks' topology and on the size: sums have the same bits on
// all ranks and in every run of the same job on the same machines, but not those of MPI's.
#pragma once

#include <c10/cuda/CUDAStream.h>
#include <nccl.h>

#include <memory>
#include <string>

#include "framework/comm/communicator.h"
#include "framework/comm/gpu_seat.h"
#include "framework/comm/mpi_session.h"

namespace ag::comm {

class NcclCommunicator final : public Communicator {
 public:
  // `cpu` carries CPU tensors. Makes `seat`'s GPU the current one of the calling thread.
  // Collective. Throws Error when LibTorch's GPU part doesn't load or NCCL doesn't start.
  NcclCommunicator(const MpiSession& session, const GpuSeat& seat,
                   std::unique_ptr<Communicator> cpu);
  ~NcclCommunicator() override;

  const World& world() const override { return session_.world(); }
  at::Device device() const override { return device_; }
  void all_reduce_sum(const at::Tensor& tensor) override;
  std::unique_ptr<Work> start_all_reduce_sum(const at::Tensor& tensor) override;
  void broadcast(const at::Tensor& tensor, int root) override;
  void barrier() override;
  std::string best_overlap() const override { return "poll"; }  // the GPU adds beside backward
  std::string name() const override;

 private:
  struct Ending {
    int exceptions_at_start;
    void operator()(ncclComm_t comm) const;
  };

  void require_dense(const at::Tensor& tensor, const char* operation) const;
  void check(ncclResult_t result, const char* tried) const;
  template <class Enqueue>
  std::unique_ptr<Work> enqueue(const at::Tensor& tensor, const char* tried, Enqueue&& enqueue);

  const MpiSession& session_;
  at::Device device_;
  std::unique_ptr<Communicator> cpu_;
  std::unique_ptr<ncclComm, Ending> comm_;
  c10::cuda::CUDAStream stream_;
};

}  // namespace ag::comm
