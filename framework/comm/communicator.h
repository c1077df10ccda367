// How tensors cross between ranks: the interface that training is written against, and the one
// function that chooses a form of it.
//
// Forms: MpiCommunicator (CPU tensors) and NcclCommunicator (CUDA tensors, and CPU tensors over
// MPI). All operations are collective: every rank of the world calls them, in the same order, with
// tensors of the same size and type. Sums have the same bits on all ranks.
#pragma once

#include <ATen/ATen.h>

#include <memory>
#include <string>

#include "framework/comm/comm_config.h"

namespace ag::comm {

class MpiSession;

// Who the ranks are. Ranks are numbered host by host only if mpirun was told so; `local_rank`
// counts within a host.
struct World {
  int rank = 0;        // 0 to size - 1
  int size = 1;        // ranks in all
  int local_rank = 0;  // 0 to local_size - 1
  int local_size = 1;  // ranks on this host
  int hosts = 1;
};

// An operation under way. Its tensor may be neither read nor written before the operation is
// complete.
class Work {
 public:
  virtual ~Work() = default;  // waits if the operation isn't complete
  // Moves the operation on without blocking; true when it is complete.
  virtual bool test() = 0;
  // Returns when it is complete; for a CUDA tensor, when what the current stream does next will see
  // the result.
  virtual void wait() = 0;
};

// Tensors must be dense: they cover their memory without holes or overlap, in any order of
// dimensions (contiguous or channels-last), the same order on all ranks. Every call throws Error
// for another tensor, for a type that can't be added or for a device that isn't `device()`'s or the
// CPU, and when the transport fails.
//
// Threads: any one thread at a time. Operations of two threads of a rank would cross otherwise.
class Communicator {
 public:
  virtual ~Communicator() = default;

  virtual const World& world() const = 0;
  // Where this rank's model and batches live: the CPU, or the GPU of its local rank.
  virtual at::Device device() const = 0;

  // Each element becomes its sum over all ranks, in place. Types: float, double, all integers.
  virtual void all_reduce_sum(const at::Tensor& tensor) = 0;
  // The same, started. Works complete in any order; they are started in the same order on all
  // ranks.
  virtual std::unique_ptr<Work> start_all_reduce_sum(const at::Tensor& tensor) = 0;
  // The tensor of rank `root` replaces those of all others. Types: any.
  virtual void broadcast(const at::Tensor& tensor, int root) = 0;
  // Returns when every rank has come here.
  virtual void barrier() = 0;

  // The form of `comm.overlap` that measured best with this communicator: "thread" or "poll".
  virtual std::string best_overlap() const = 0;
  // For people: "MPI, shared memory", "NCCL 2.28".
  virtual std::string name() const = 0;
};

// The form that `config` asks for; `session` must outlive it. Collective.
//   backend: "nccl", or "auto" where every rank has a GPU of its own: NcclCommunicator, with an
//     MpiCommunicator for CPU tensors; else that alone.
//   transport of the latter: "mpi": messages. "shared": shared memory. "auto": shared memory where
//     all ranks are on one host; where it can't be had, messages and a warning.
// Throws a usage Error for "nccl" where the program was built without it or a rank has no GPU of
// its own, and Error for "shared" where ranks can't share memory.
std::unique_ptr<Communicator> make_communicator(const CommConfig& config,
                                                const MpiSession& session);

// The text of rank `root`, on all ranks. Collective.
std::string broadcast_text(Communicator& communicator, const std::string& text, int root);

}  // namespace ag::comm
