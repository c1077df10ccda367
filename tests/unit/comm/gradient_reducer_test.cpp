#include "framework/comm/gradient_reducer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "framework/core/error.h"

namespace ag::comm {
namespace {

// Rank 0 of two, where rank 1 has the same model and zero gradients. Sums of floating-point numbers
// fail from the one numbered `fails_at` on.
class TwoRanks final : public Communicator {
 public:
  explicit TwoRanks(int fails_at = 1000) : fails_at_(fails_at) {}

  const World& world() const override { return world_; }
  at::Device device() const override { return at::kCPU; }
  void all_reduce_sum(const at::Tensor& tensor) override {
    if (tensor.scalar_type() == at::kLong) {
      tensor[1].copy_(tensor[0]);
      return;
    }
    if (sums_++ >= fails_at_) throw std::runtime_error("the cable is out");
    sizes.push_back(tensor.numel());
  }
  std::unique_ptr<Work> start_all_reduce_sum(const at::Tensor& tensor) override {
    all_reduce_sum(tensor);
    return std::make_unique<Done>();
  }
  void broadcast(const at::Tensor&, int) override {}
  void barrier() override {}
  std::string best_overlap() const override { return "poll"; }
  std::string name() const override { return "test"; }

  std::vector<std::int64_t> sizes;  // of what was summed, in order

 private:
  struct Done final : Work {
    bool test() override { return true; }
    void wait() override {}
  };

  World world_{.rank = 0, .size = 2, .local_size = 2};
  int fails_at_;
  int sums_ = 0;
};

std::vector<at::Tensor> three_parameters() {
  std::vector<at::Tensor> parameters = {at::ones({100}), at::ones({200}), at::ones({300})};
  for (at::Tensor& parameter : parameters) parameter.requires_grad_(true);
  return parameters;
}

class Form : public testing::TestWithParam<const char*> {
 protected:
  CommConfig config_{.overlap = GetParam(), .bucket_mb = 0.001};
};

TEST_P(Form, sends_buckets_in_one_order_whatever_is_ready_first) {
  const auto parameters = three_parameters();
  TwoRanks communicator;
  GradientReducer reducer(communicator, parameters, {}, config_);
  reducer.begin_step();
  for (const int i : {0, 2, 1}) reducer.ready(parameters[i]);
  reducer.finish();
  EXPECT_THAT(communicator.sizes, testing::ElementsAre(304, 208, 112));
}

TEST_P(Form, brings_a_failure_to_finish_and_goes_on_after_it) {
  const auto parameters = three_parameters();
  TwoRanks communicator(1);
  GradientReducer reducer(communicator, parameters, {}, config_);
  const auto step = [&] {
    reducer.begin_step();
    for (const int i : {2, 1, 0}) reducer.ready(parameters[i]);
    reducer.finish();
  };
  EXPECT_THROW(step(), std::runtime_error);
  EXPECT_THROW(step(), std::runtime_error);
}

INSTANTIATE_TEST_SUITE_P(GradientReducer, Form, testing::Values("thread", "poll", "none"),
                         [](const auto& tested) { return std::string(tested.param); });

TEST(GradientReducer, refuses_a_gradient_out_of_place) {
  const auto parameters = three_parameters();
  TwoRanks communicator;
  GradientReducer reducer(communicator, parameters, {}, {});
  EXPECT_THROW(reducer.ready(parameters[0]), Error) << "before a step";
  EXPECT_THROW(reducer.finish(), Error) << "before a step";
  reducer.begin_step();
  reducer.ready(parameters[0]);
  EXPECT_THROW(reducer.ready(parameters[0]), Error) << "twice";
  EXPECT_THROW(reducer.ready(at::ones({100})), Error) << "a stranger";
  reducer.finish();
}

TEST(GradientReducer, refuses_lists_that_it_cannot_reduce) {
  TwoRanks communicator;
  const auto make = [&](std::vector<at::Tensor> parameters, std::vector<at::Tensor> statistics) {
    GradientReducer(communicator, std::move(parameters), std::move(statistics), {});
  };
  const at::Tensor good = at::ones({4}).requires_grad_(true);
  EXPECT_NO_THROW(make({good}, {at::ones({4})}));
  EXPECT_THROW(make({good, good}, {}), Error) << "the same one twice";
  EXPECT_THROW(make({at::ones({4})}, {}), Error) << "wants no gradient";
  EXPECT_THROW(make({good * 2}, {}), Error) << "no leaf";
  EXPECT_THROW(make({at::ones({4, 4}).slice(1, 0, 2).requires_grad_(true)}, {}), Error) << "holes";
  EXPECT_THROW(make({good}, {at::ones({4}, at::kLong)}), Error) << "a count has no mean";
}

TEST(GradientReducer, auto_is_what_measured_best_with_the_communicator) {
  TwoRanks communicator;
  const auto parameters = three_parameters();
  EXPECT_EQ(GradientReducer(communicator, parameters, {}, {}).overlap(), "poll");
  EXPECT_EQ(GradientReducer(communicator, parameters, {}, {.overlap = "none"}).overlap(), "none");
}

TEST(GradientReducer, hooks_end_with_the_reducer) {
  const at::Tensor weight = at::ones({4}).requires_grad_(true);
  TwoRanks communicator;
  {
    GradientReducer reducer(communicator, {weight}, {}, {});
    reducer.attach_hooks();
    EXPECT_THROW(reducer.attach_hooks(), Error);
  }
  weight.sum().backward();
  EXPECT_TRUE(weight.grad().eq(1).all().item<bool>());
}

}  // namespace
}  // namespace ag::comm
