#include "framework/comm/gradient_reducer.h"

#include <fmt/format.h>
#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>

#include <algorithm>
#include <cmath>
#include <unordered_set>
#include <utility>

#include "framework/comm/reduce_schedule.h"
#include "framework/core/error.h"
#include "framework/core/stopwatch.h"
#include "framework/core/text.h"

namespace ag::comm {
namespace {

constexpr const char* kWhere = "gradient reducer";

// Adds the time of its life to a sum.
class AddedTime {
 public:
  explicit AddedTime(double& sum) : sum_(sum) {}
  ~AddedTime() { sum_ += watch_.seconds(); }
  AddedTime(const AddedTime&) = delete;
  AddedTime& operator=(const AddedTime&) = delete;

 private:
  double& sum_;
  Stopwatch watch_;
};

class ReadyHook final : public torch::autograd::PostAccumulateGradHook {
 public:
  explicit ReadyHook(GradientReducer& reducer) : reducer_(reducer) {}
  void operator()(const at::Tensor& parameter) override { reducer_.ready(parameter); }

 private:
  GradientReducer& reducer_;
};

// The elements of `flat` from `offset` on, in the shape and memory order of `like`.
at::Tensor view_like(const at::Tensor& flat, std::int64_t offset, const at::Tensor& like) {
  return flat.as_strided(like.sizes(), like.strides(), offset);
}

std::int64_t count_elements(const std::vector<at::Tensor>& tensors) {
  std::int64_t elements = 0;
  for (const at::Tensor& tensor : tensors) elements += tensor.numel();
  return elements;
}

}  // namespace

GradientReducer::GradientReducer(Communicator& communicator, std::vector<at::Tensor> parameters,
                                 std::vector<at::Tensor> running_statistics,
                                 const CommConfig& config)
    : communicator_(communicator),
      parameters_(std::move(parameters)),
      statistics_(std::move(running_statistics)),
      overlap_(choose_overlap(config.overlap, communicator)) {
  const auto bucket_bytes = std::llround(config.bucket_mb * 0x1p20);
  check_other_ranks(bucket_bytes);
  check_lists();
  layout_ = lay_buckets(parameters_, statistics_, bucket_bytes);
  make_buckets();
  freeze({});
  schedule_ = make_reduce_schedule(overlap_, communicator_);
}

GradientReducer::~GradientReducer() {
  if (!hooked_) return;
  for (const at::Tensor& parameter : parameters_) {
    torch::autograd::impl::set_post_acc_grad_hooks(parameter, nullptr);
  }
}

void GradientReducer::check_lists() const {
  const auto check = [this](const at::Tensor& tensor, const char* kind, std::size_t i) {
    const auto refuse = [&](const std::string& what) {
      throw Error(kWhere, fmt::format("{} {} {}", kind, i, what));
    };
    if (tensor.device() != communicator_.device()) {
      refuse(fmt::format("is on {}, the communicator on {}", tensor.device().str(),
                         communicator_.device().str()));
    }
    if (!tensor.is_non_overlapping_and_dense()) refuse("isn't dense in memory");
    if (!at::isFloatingType(tensor.scalar_type())) refuse("isn't of a floating-point type");
  };
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    check(parameters_[i], "parameter", i);
    if (!parameters_[i].is_leaf() || !parameters_[i].requires_grad()) {
      throw Error(kWhere, fmt::format("parameter {} isn't a leaf that requires a gradient", i));
    }
  }
  for (std::size_t i = 0; i < statistics_.size(); ++i)
    check(statistics_[i], "running statistic", i);
}

// A table with a row per rank, each filled in by its rank and summed, tells all ranks of all.
void GradientReducer::check_other_ranks(std::int64_t bucket_bytes) const {
  const World& world = communicator_.world();
  if (world.size == 1) return;
  const at::Tensor table = at::zeros({world.size, 4}, at::kLong);
  auto rows = table.accessor<std::int64_t, 2>();
  const auto mine = static_cast<std::int64_t>(fingerprint(parameters_, statistics_, bucket_bytes));
  rows[world.rank][0] = mine;
  rows[world.rank][1] = static_cast<std::int64_t>(parameters_.size());
  rows[world.rank][2] = count_elements(parameters_);
  rows[world.rank][3] = static_cast<std::int64_t>(statistics_.size());
  communicator_.all_reduce_sum(table);
  for (int rank = 1; rank < world.size; ++rank) {
    if (rows[rank][0] == rows[0][0]) continue;
    const auto tell = [&](int of) {
      return fmt::format("{} parameters of {} elements and {} running statistics", rows[of][1],
                         with_thousands(rows[of][2]), rows[of][3]);
    };
    throw Error(kWhere,
                fmt::format("rank {}'s model differs from rank 0's: {} there, {} here", rank,
                            tell(rank), tell(0)),
                "start all ranks with the same program and configuration");
  }
}

void GradientReducer::make_buckets() {
  for (const BucketPlan& plan : layout_.buckets) {
    const auto options = at::TensorOptions(plan.type).device(communicator_.device());
    buckets_.push_back({.flat = at::zeros({plan.elements}, options)});
  }
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Place& place = layout_.parameters[i];
    places_.push_back(view_like(buckets_[place.bucket].flat, place.offset, parameters_[i]));
    parameters_[i].mutable_grad() = places_[i];
    if (!index_.emplace(parameters_[i].unsafeGetTensorImpl(), i).second) {
      throw Error(kWhere, fmt::format("parameter {} stands in the list twice", i));
    }
  }
  for (std::size_t i = 0; i < statistics_.size(); ++i) {
    const Place& place = layout_.statistics[i];
    statistic_sums_.push_back(view_like(buckets_[place.bucket].flat, place.offset, statistics_[i]));
  }
}

void GradientReducer::attach_hooks() {
  if (hooked_) throw Error(kWhere, "hooks are attached already");
  hooked_ = true;
  for (const at::Tensor& parameter : parameters_) {
    torch::autograd::impl::set_post_acc_grad_hooks(parameter, std::make_unique<ReadyHook>(*this));
  }
}

void GradientReducer::freeze(std::span<const at::Tensor> frozen) {
  std::unordered_set<const c10::TensorImpl*> left;
  for (const at::Tensor& tensor : frozen) left.insert(tensor.unsafeGetTensorImpl());
  const auto mark = [&left](const std::vector<at::Tensor>& tensors) {
    std::vector<bool> marks;
    marks.reserve(tensors.size());
    for (const at::Tensor& tensor : tensors) {
      marks.push_back(left.erase(tensor.unsafeGetTensorImpl()) > 0);
    }
    return marks;
  };
  parameter_frozen_ = mark(parameters_);
  statistic_frozen_ = mark(statistics_);
  if (!left.empty()) throw Error(kWhere, "a tensor of no list can't be frozen");
  count_moving();
}

void GradientReducer::count_moving() {
  for (std::size_t b = 0; b < buckets_.size(); ++b) {
    const BucketPlan& plan = layout_.buckets[b];
    const auto moving = [](const std::vector<std::size_t>& list, const std::vector<bool>& frozen) {
      return static_cast<std::size_t>(
          std::count_if(list.begin(), list.end(), [&frozen](std::size_t i) { return !frozen[i]; }));
    };
    buckets_[b].moving = moving(plan.parameters, parameter_frozen_);
    buckets_[b].sent = buckets_[b].moving + moving(plan.statistics, statistic_frozen_) > 0;
  }
}

void GradientReducer::begin_step() {
  for (Bucket& bucket : buckets_) bucket.pending = bucket.moving;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (parameter_frozen_[i]) {
      set_to_zero(i);
    } else {
      parameters_[i].mutable_grad().reset();
    }
  }
  is_ready_ = parameter_frozen_;
  next_bucket_ = 0;
  in_step_ = true;
}

void GradientReducer::ready(const at::Tensor& parameter) {
  if (!in_step_)
    throw Error(kWhere, "a gradient is ready outside a step", "call begin_step() first");
  const auto found = index_.find(parameter.unsafeGetTensorImpl());
  if (found == index_.end()) throw Error(kWhere, "a gradient is ready of no parameter of the list");
  if (parameter_frozen_[found->second]) {
    throw Error(kWhere, fmt::format("parameter {} is frozen, yet has a gradient", found->second),
                "keep autograd off what is frozen");
  }
  if (is_ready_[found->second]) {
    throw Error(kWhere, fmt::format("parameter {} is ready for the second time", found->second),
                "run backward once in a step");
  }
  const AddedTime waited(waited_seconds_);
  adopt(found->second);
  mark_ready(found->second);
  launch_full_buckets();
  if (communicator_.world().size > 1) schedule_->progress();
}

void GradientReducer::finish() {
  if (!in_step_) throw Error(kWhere, "there is no step to finish", "call begin_step() first");
  in_step_ = false;
  const AddedTime waited(waited_seconds_);
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (is_ready_[i]) continue;
    set_to_zero(i);
    mark_ready(i);
  }
  launch_full_buckets();
  if (communicator_.world().size == 1) return;
  schedule_->wait_all();
  unpack_statistics();
}

void GradientReducer::adopt(std::size_t parameter) {
  at::Tensor& gradient = parameters_[parameter].mutable_grad();
  if (!gradient.defined()) return set_to_zero(parameter);
  const at::Tensor& place = places_[parameter];
  if (gradient.const_data_ptr() != place.const_data_ptr()) place.copy_(gradient);
  gradient = place;
}

void GradientReducer::set_to_zero(std::size_t parameter) {
  places_[parameter].zero_();
  parameters_[parameter].mutable_grad() = places_[parameter];
}

void GradientReducer::mark_ready(std::size_t parameter) {
  is_ready_[parameter] = true;
  --buckets_[layout_.parameters[parameter].bucket].pending;
}

void GradientReducer::launch_full_buckets() {
  for (; next_bucket_ < buckets_.size() && buckets_[next_bucket_].pending == 0; ++next_bucket_) {
    if (communicator_.world().size == 1 || !buckets_[next_bucket_].sent) continue;
    pack_statistics(next_bucket_);
    schedule_->launch(buckets_[next_bucket_].flat);
  }
}

// At this moment forward is over, so the statistics are those of this step.
void GradientReducer::pack_statistics(std::size_t bucket) {
  for (const std::size_t i : layout_.buckets[bucket].statistics) {
    statistic_sums_[i].copy_(statistics_[i]);
  }
}

void GradientReducer::unpack_statistics() {
  for (std::size_t i = 0; i < statistics_.size(); ++i) {
    if (statistic_frozen_[i]) continue;
    statistics_[i].copy_(statistic_sums_[i].div_(communicator_.world().size));
  }
}

}  // namespace ag::comm
