// The form of overlap that gives a thread of its own to communication: blocking sums, one bucket
// after the other, while backward computes.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

#include "framework/comm/reduce_schedule.h"

namespace ag::comm {

class ReduceThread final : public ReduceSchedule {
 public:
  explicit ReduceThread(Communicator& communicator);
  ~ReduceThread() override;

  void launch(const at::Tensor& bucket) override;
  void progress() override {}
  void wait_all() override;

 private:
  void run();

  Communicator& communicator_;
  std::mutex mutex_;
  std::condition_variable changed_;
  // The queue is bounded by the number of buckets: a step launches each once and then waits.
  std::deque<at::Tensor> queue_;
  bool busy_ = false;
  bool stopping_ = false;
  std::exception_ptr failure_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace ag::comm
