// Sums gradients over all ranks in flat buckets, while backward still computes the rest.
//
// Parameters are laid into buckets in reverse order of the list, as backward reaches them; a bucket
// holds one type. The layout is a pure function of the list, and the constructor checks that it is
// the same on all ranks. A gradient is copied to its place in a bucket, which has the parameter's
// own strides, as soon as it is ready, unless it lies there already: whoever computes it may write
// it there (places()). After a step every grad() is its place.
//
// A bucket is sent when all its parameters are ready and all buckets before it were sent: so the
// order of sending is the same on all ranks, whatever the order of readiness. With one rank nothing
// is sent.
//
//   reducer.begin_step();
//   loss.backward();      // the hooks of attach_hooks() call ready()
//   reducer.finish();     // now every grad() holds the sum over ranks
#pragma once

#include <ATen/ATen.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "framework/comm/bucket_layout.h"
#include "framework/comm/communicator.h"

namespace ag::comm {

class ReduceSchedule;

class GradientReducer {
 public:
  // `parameters` are dense leaf tensors on the communicator's device, in registration order.
  // `running_statistics` (BatchNorm's means and variances; floating point) become their mean over
  // ranks in every finish(), in the last bucket of their type. Both lists keep sharing the tensors'
  // memory. `communicator` must outlive the reducer, and nobody else may use it between
  // begin_step() and finish(). Collective. Throws Error when a tensor isn't fit, and, on all ranks,
  // when another rank's lists differ: it names that rank.
  GradientReducer(Communicator& communicator, std::vector<at::Tensor> parameters,
                  std::vector<at::Tensor> running_statistics, const CommConfig& config);
  ~GradientReducer();
  GradientReducer(const GradientReducer&) = delete;
  GradientReducer& operator=(const GradientReducer&) = delete;

  // Makes autograd call ready() after it has accumulated a parameter's gradient. The hooks end with
  // the reducer. At most once.
  void attach_hooks();

  // From now on these parameters and running statistics stand still, and all others don't: their
  // gradients are zeros that nobody waits for, the statistics stay as they are, to the bit, and a
  // bucket that holds nothing else isn't sent. The layout is as it was. Between two steps, with the
  // same tensors on all ranks. Throws Error for a stranger.
  void freeze(std::span<const at::Tensor> frozen);

  // Forgets all gradients and expects one of every parameter that isn't frozen.
  void begin_step();
  // The gradient of `parameter` is complete on this rank. One thread at a time; not before
  // begin_step(); throws Error for a stranger, a frozen one and for a second call in a step.
  void ready(const at::Tensor& parameter);
  // Counts parameters that weren't ready as zeros, and returns when all sums and means are in
  // place. Throws what went wrong on the way, the communication thread's errors too.
  void finish();

  const std::vector<at::Tensor>& parameters() const { return parameters_; }
  // Where their gradients belong. To be written between begin_step() and ready(), those of frozen
  // ones never.
  const std::vector<at::Tensor>& places() const { return places_; }

  // Time that finish() and ready() have waited for other ranks and the transport, over all steps.
  double waited_seconds() const { return waited_seconds_; }

  // What was laid: for the summary at the start of a run, and for tests.
  std::int64_t bucket_count() const { return static_cast<std::int64_t>(buckets_.size()); }
  // "thread", "poll" or "none": what "auto" became.
  const std::string& overlap() const { return overlap_; }

 private:
  struct Bucket {
    at::Tensor flat;
    std::size_t pending = 0;  // parameters that aren't ready
    std::size_t moving = 0;   // parameters that aren't frozen
    bool sent = true;         // holds anything that isn't frozen
  };

  void check_lists() const;
  void check_other_ranks(std::int64_t bucket_bytes) const;
  void make_buckets();
  void count_moving();
  void adopt(std::size_t parameter);  // brings grad() to its place
  void set_to_zero(std::size_t parameter);
  void mark_ready(std::size_t parameter);
  void launch_full_buckets();
  void pack_statistics(std::size_t bucket);
  void unpack_statistics();

  Communicator& communicator_;
  std::vector<at::Tensor> parameters_;
  std::vector<at::Tensor> statistics_;
  std::string overlap_;
  BucketLayout layout_;
  std::vector<Bucket> buckets_;
  std::vector<at::Tensor> places_;          // of gradients: views of the buckets
  std::vector<at::Tensor> statistic_sums_;  // views of the buckets
  std::unordered_map<const c10::TensorImpl*, std::size_t> index_;
  std::vector<bool> parameter_frozen_;
  std::vector<bool> statistic_frozen_;
  std::vector<bool> is_ready_;
  std::size_t next_bucket_ = 0;  // to be launched
  bool in_step_ = false;
  bool hooked_ = false;
  double waited_seconds_ = 0;
  std::unique_ptr<ReduceSchedule> schedule_;  // last: its end waits for sums in the buckets
};

}  // namespace ag::comm
