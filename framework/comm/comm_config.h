// How the ranks talk to each other: the section `comm` of an experiment.
//
// Nobody has to set any of it: the defaults are what measured best
// (docs/decisions/gradient_overlap.md).
#pragma once

#include <string>

#include "framework/config/visitor.h"

namespace ag::comm {

struct CommConfig {
  // "mpi": tensors on the CPU; "nccl": tensors on GPUs; "auto": NCCL where this program was built
  // with it and every rank has a GPU, else MPI.
  std::string backend = "auto";
  // What carries a sum of CPU tensors between the ranks of one host: "shared" memory of our own,
  // "mpi" for MPI_Allreduce; "auto": shared memory where all ranks are on one host.
  std::string transport = "auto";
  // How sums of gradients run beside backward: "thread", "poll" (from each ready()), "none" (all of
  // them at the end), or "auto".
  std::string overlap = "auto";
  double bucket_mb = 4.0;  // in units of 2^20 bytes; at least one parameter goes into each bucket

  void visit(config::Visitor& v);
};

}  // namespace ag::comm
