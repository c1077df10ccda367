// What communication between the ranks of a job costs: sums by themselves, and gradients beside a
// backward pass. docs/decisions/gradient_overlap.md holds the figures and says what was chosen.
#pragma once

#include <string>
#include <vector>

#include "framework/comm/mpi_session.h"

namespace ag::bench {

struct Options {
  int repeats = 15;
  double megabytes =
      17.5;  // of gradients: MobileNet V1 1.0 with its heads (in units of 2^20 bytes)
  double bucket_mb = 4;
  int batch = 32;  // pictures of a rank
  int pixels = 64;
};

// A figure of rank 0: milliseconds, the median and the best of all repeats.
struct Figure {
  std::string name;
  double median_ms = 0;
  double best_ms = 0;
};

Figure summarise(const std::string& name, std::vector<double> seconds);

// Sums of `megabytes` in buckets, through each transport, blocking and started, beside a plain copy
// of as many bytes. Collective.
std::vector<Figure> measure_sums(const comm::MpiSession& session, const Options& options);

// Whole training steps of MobileNet V1 1.0 without its update, with each form of overlap. The forms
// take turns, so that what else the machine does falls on all alike. Collective.
std::vector<Figure> measure_steps(const comm::MpiSession& session, const Options& options);

}  // namespace ag::bench
