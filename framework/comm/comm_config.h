// How the ranks talk to each other: the section `comm` of an experiment.
//
// Nobody has to set any of it: the defaults are what measured best
// (docs/decisions/gradient_overlap.md).
#pragma once

#include <string>

#include "framework/config/visitor.h"

namespace ag::comm {

struct CommConfig {
  std::string backend = "auto";    // see make_communicator
  std::string transport = "auto";  // see make_communicator
  std::string overlap = "auto";    // see reduce_schedule.h
  double bucket_mb = 4.0;          // MiB; see bucket_layout.h

  void visit(config::Visitor& v);
};

}  // namespace ag::comm
