#include "framework/comm/reduce_schedule.h"

#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

#include "framework/comm/reduce_thread.h"
#include "framework/core/error.h"

namespace ag::comm {
namespace {

class LateSchedule final : public ReduceSchedule {
 public:
  explicit LateSchedule(Communicator& communicator) : communicator_(communicator) {}

  void launch(const at::Tensor& bucket) override { waiting_.push_back(bucket); }
  void progress() override {}
  void wait_all() override {
    const std::vector<at::Tensor> buckets = std::exchange(waiting_, {});
    for (const at::Tensor& bucket : buckets) communicator_.all_reduce_sum(bucket);
  }

 private:
  Communicator& communicator_;
  std::vector<at::Tensor> waiting_;
};

class PollSchedule final : public ReduceSchedule {
 public:
  explicit PollSchedule(Communicator& communicator) : communicator_(communicator) {}

  void launch(const at::Tensor& bucket) override {
    works_.push_back(communicator_.start_all_reduce_sum(bucket));
    works_.back()->test();
  }
  void progress() override {
    while (!works_.empty() && works_.front()->test()) finish_first();
  }
  void wait_all() override {
    while (!works_.empty()) {
      works_.front()->wait();
      works_.pop_front();
    }
  }

 private:
  // On a GPU a finished sum must still be ordered before what the current stream does next.
  void finish_first() {
    works_.front()->wait();
    works_.pop_front();
  }

  Communicator& communicator_;
  std::deque<std::unique_ptr<Work>> works_;
};

}  // namespace

std::unique_ptr<ReduceSchedule> make_reduce_schedule(const std::string& overlap,
                                                     Communicator& communicator) {
  if (overlap == "thread") return std::make_unique<ReduceThread>(communicator);
  if (overlap == "poll") return std::make_unique<PollSchedule>(communicator);
  return std::make_unique<LateSchedule>(communicator);
}

std::string choose_overlap(const std::string& overlap, const Communicator& communicator) {
  if (overlap == "auto") return communicator.best_overlap();
  if (overlap == "thread" && !communicator.device().is_cpu()) {
    throw usage_error("comm.overlap", "a thread is for sums on the CPU; GPUs add beside it anyway",
                      "set it to auto");
  }
  return overlap;
}

}  // namespace ag::comm
