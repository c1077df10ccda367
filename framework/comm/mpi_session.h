// This process as one rank of a job: starts MPI, ends it, and ends all ranks when one fails.
//
// Works under mpirun and alone (then as a world of one). Make one in main, before anything that
// talks to other ranks, and pass it down: there is no global world here. MPI is started with
// MPI_THREAD_MULTIPLE.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "framework/comm/communicator.h"
#include "framework/core/error.h"

namespace ag::comm {

struct MpiHandles;
class SharedMemory;

class MpiSession {
 public:
  // Throws Error when MPI doesn't start, gives less than MPI_THREAD_MULTIPLE, or was started before
  // in this process.
  MpiSession();
  // Ends MPI; waits for the other ranks to do the same. While an exception passes it calls abort()
  // instead, as the others would wait for this rank in vain: catch and print inside the session's
  // life.
  ~MpiSession();
  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;

  const World& world() const { return world_; }

  // Ends every rank at once, without unwinding; mpirun answers with `code`. Any thread may call it,
  // also while another one is in the middle of an operation.
  [[noreturn]] void abort(ExitCode code) const;

  // A rank of this host whose process is gone; nothing while all live, or where ranks can't see
  // each other's processes (containers of their own). mpirun ends a job that lost a rank with the
  // same SIGTERM that asks for a checkpoint: this tells the two apart. Any thread may call it; a
  // few microseconds.
  std::optional<int> lost_rank() const;

  // That this rank has told why it ends all, and whether one of this host has, for those that miss
  // it: false, too, where the ranks can't share memory. Any thread.
  void note_reason_told() const;
  bool reason_was_told() const;

  // Whether no lower rank of this host lives: the one that tells of a loss for all who see it.
  bool is_lowest_alive() const;

  // For the MPI form alone, which includes <mpi.h> through mpi_handles.h.
  const MpiHandles& handles() const { return *handles_; }

 private:
  struct Peer {
    int rank = 0;
    int process = 0;
  };
  std::vector<Peer> find_peers() const;
  static bool is_alive(const Peer& peer);

  int exceptions_at_start_;
  std::unique_ptr<MpiHandles> handles_;
  World world_;
  std::vector<Peer> peers_;  // on this host, with this rank; empty where they can't be seen
  std::unique_ptr<SharedMemory> told_;  // a flag of each; null where memory can't be shared
};

}  // namespace ag::comm
