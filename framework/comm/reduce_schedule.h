// When the sums of a step's buckets are computed, beside the rest of backward: the forms of
// `comm.overlap`.
#pragma once

#include <ATen/ATen.h>

#include <memory>
#include <string>

#include "framework/comm/communicator.h"

namespace ag::comm {

// Buckets are launched in the same order on all ranks, by one thread at a time.
class ReduceSchedule {
 public:
  // Waits for what was launched: the other ranks count on it.
  virtual ~ReduceSchedule() = default;

  // `bucket` becomes its sum over ranks; it may not be touched before wait_all().
  virtual void launch(const at::Tensor& bucket) = 0;
  // Called now and then, for forms that need a hand to go on. Doesn't wait.
  virtual void progress() = 0;
  // Returns when all that was launched is summed. Throws what went wrong with any of it.
  virtual void wait_all() = 0;
};

// "thread": a thread of its own makes blocking sums. "poll": non-blocking sums, moved on by
// progress(). "none": all in wait_all(). `communicator` must outlive the schedule.
std::unique_ptr<ReduceSchedule> make_reduce_schedule(const std::string& overlap,
                                                     Communicator& communicator);

// "auto" becomes what measured best with the communicator, other words stay. Throws a usage Error
// for "thread" where it works on a GPU.
std::string choose_overlap(const std::string& overlap, const Communicator& communicator);

}  // namespace ag::comm
