#include "framework/comm/gradient_reducer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "framework/comm/mpi_communicator.h"
#include "framework/core/error.h"
#include "framework/core/philox.h"
#include "tests/support/mpi_test.h"

namespace ag::comm {
namespace {

// Small buckets, so that a few small parameters fill several.
CommConfig config_of(const std::string& overlap) {
  CommConfig config;
  config.overlap = overlap;
  config.bucket_mb = 0.004;
  return config;
}

at::Tensor draw(at::IntArrayRef shape, at::ScalarType type, std::uint32_t purpose, int rank) {
  const at::Tensor numbers = at::empty(shape, at::kDouble);
  RandomStream chance({.seed = 7, .epoch = purpose, .sample = static_cast<std::uint32_t>(rank)});
  for (std::int64_t i = 0; i < numbers.numel(); ++i) {
    numbers.data_ptr<double>()[i] = chance.normal();
  }
  return numbers.to(type);
}

// A little network's parameters: a channels-last convolution, a vector, a matrix, a scalar.
std::vector<at::Tensor> make_parameters(at::ScalarType type) {
  const at::TensorOptions options(type);
  std::vector<at::Tensor> parameters = {
      at::zeros({8, 4, 3, 3}, options).to(at::MemoryFormat::ChannelsLast),
      at::zeros({8}, options),
      at::zeros({40, 30}, options),
      at::zeros({}, options),
      at::zeros({7, 11}, options),
  };
  for (at::Tensor& parameter : parameters) parameter.requires_grad_(true);
  return parameters;
}

at::Tensor gradient_of(const at::Tensor& parameter, std::size_t i, int rank) {
  return draw(parameter.sizes(), parameter.scalar_type(), static_cast<std::uint32_t>(i), rank);
}

class OverForm : public testing::TestWithParam<std::tuple<Transport, const char*>> {
 protected:
  MpiCommunicator communicator_{test::mpi_session(), std::get<0>(GetParam())};
  CommConfig config_ = config_of(std::get<1>(GetParam()));
  const World& world_ = communicator_.world();

  // Each rank's gradients become ready in an order of its own.
  void run_step(GradientReducer& reducer, const std::vector<at::Tensor>& parameters) {
    reducer.begin_step();
    std::vector<std::size_t> order(parameters.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = order.size() - 1 - i;
    std::rotate(order.begin(), order.begin() + world_.rank % 3, order.end());
    for (const std::size_t i : order) {
      parameters[i].mutable_grad() = gradient_of(parameters[i], i, world_.rank);
      reducer.ready(parameters[i]);
    }
    reducer.finish();
  }
};

TEST_P(OverForm, gradients_become_their_sums_over_ranks) {
  for (const at::ScalarType type : {at::kDouble, at::kFloat}) {
    const auto parameters = make_parameters(type);
    GradientReducer reducer(communicator_, parameters, {}, config_);
    EXPECT_GT(reducer.bucket_count(), 1);
    for (int step = 0; step < 3; ++step) {
      run_step(reducer, parameters);
      for (std::size_t i = 0; i < parameters.size(); ++i) {
        at::Tensor expected = at::zeros(parameters[i].sizes(), at::kDouble);
        for (int rank = 0; rank < world_.size; ++rank) {
          expected += gradient_of(parameters[i], i, rank).to(at::kDouble);
        }
        const double error =
            (parameters[i].grad().to(at::kDouble) - expected).norm().item<double>() /
            expected.norm().item<double>();
        EXPECT_LT(error, type == at::kDouble ? 1e-12 : 1e-6) << "parameter " << i;
        EXPECT_TRUE(test::same_bits_on_all_ranks(parameters[i].grad()));
      }
    }
  }
}

TEST_P(OverForm, gradients_have_their_parameters_strides) {
  const auto parameters = make_parameters(at::kFloat);
  GradientReducer reducer(communicator_, parameters, {}, config_);
  run_step(reducer, parameters);
  for (const at::Tensor& parameter : parameters) {
    EXPECT_EQ(parameter.grad().strides(), parameter.strides());
  }
}

TEST_P(OverForm, a_parameter_without_gradient_counts_as_zeros) {
  const auto parameters = make_parameters(at::kFloat);
  GradientReducer reducer(communicator_, parameters, {}, config_);
  reducer.begin_step();
  // Parameter 2 has a gradient on rank 0 alone, parameter 0 on no rank.
  for (const std::size_t i : {4, 3, 2, 1}) {
    if (i == 2 && world_.rank != 0) continue;
    parameters[i].mutable_grad() = at::ones_like(parameters[i]);
    reducer.ready(parameters[i]);
  }
  reducer.finish();
  EXPECT_TRUE(parameters[0].grad().eq(0).all().item<bool>());
  EXPECT_TRUE(parameters[1].grad().eq(world_.size).all().item<bool>());
  EXPECT_TRUE(parameters[2].grad().eq(1).all().item<bool>());
}

TEST_P(OverForm, hooks_announce_what_autograd_has_accumulated) {
  const at::Tensor weight = at::full({3, 5}, 0.5, at::kDouble).requires_grad_(true);
  const at::Tensor bias = at::zeros({5}, at::kDouble).requires_grad_(true);
  const at::Tensor unused = at::zeros({900}, at::kDouble).requires_grad_(true);
  GradientReducer reducer(communicator_, {weight, bias, unused}, {}, config_);
  reducer.attach_hooks();
  for (int step = 0; step < 3; ++step) {
    reducer.begin_step();
    const at::Tensor input = at::full({2, 3}, world_.rank + 1.0 + step, at::kDouble);
    at::addmm(bias, input, weight).sum().backward();
    reducer.finish();
    // d(loss)/d(weight[i][j]) is the sum of column i of the input: two rows of rank + 1 + step.
    const int n = world_.size;
    const double sum_of_inputs = n * (n - 1) / 2.0 + n * (1.0 + step);
    EXPECT_TRUE(weight.grad().eq(2 * sum_of_inputs).all().item<bool>()) << weight.grad();
    EXPECT_TRUE(bias.grad().eq(2 * n).all().item<bool>());
    EXPECT_TRUE(unused.grad().eq(0).all().item<bool>());
  }
}

TEST_P(OverForm, running_statistics_become_their_means) {
  const auto parameters = make_parameters(at::kFloat);
  const at::Tensor mean = at::full({16}, world_.rank, at::kFloat);
  const at::Tensor variance = at::full({16}, 2.0 * world_.rank, at::kDouble);
  GradientReducer reducer(communicator_, parameters, {mean, variance}, config_);
  run_step(reducer, parameters);
  const double expected = (world_.size - 1) / 2.0;
  EXPECT_TRUE(mean.eq(expected).all().item<bool>()) << mean;
  EXPECT_TRUE(variance.eq(2 * expected).all().item<bool>()) << variance;
  run_step(reducer, parameters);
  EXPECT_TRUE(mean.eq(expected).all().item<bool>()) << "equal statistics stay what they are";
}

TEST_P(OverForm, gradients_may_lie_in_their_places_or_elsewhere) {
  const auto parameters = make_parameters(at::kFloat);
  GradientReducer reducer(communicator_, parameters, {}, config_);
  run_step(reducer, parameters);
  parameters[1].mutable_grad() = at::ones({8});
  reducer.begin_step();
  EXPECT_FALSE(parameters[0].grad().defined());
  EXPECT_FALSE(parameters[1].grad().defined());
  const at::Tensor place = reducer.places()[0];
  parameters[0].mutable_grad() = place.detach().fill_(2);
  reducer.ready(parameters[0]);
  parameters[1].mutable_grad() = at::ones({8});
  reducer.ready(parameters[1]);
  reducer.finish();
  EXPECT_TRUE(parameters[0].grad().is_same(place));
  EXPECT_TRUE(place.eq(2 * world_.size).all().item<bool>());
  EXPECT_TRUE(parameters[1].grad().is_same(reducer.places()[1]));
  EXPECT_TRUE(parameters[1].grad().eq(world_.size).all().item<bool>());
}

// Frozen are the first two parameters and the first statistic; buckets are laid from the last
// parameter on, so the last of them hold nothing else but statistics.
TEST_P(OverForm, what_is_frozen_stays_and_the_rest_is_summed_as_ever) {
  const auto parameters = make_parameters(at::kFloat);
  const double third = 1.0 / 3;  // whose mean over three ranks may differ in its last bit
  const at::Tensor still = at::full({16}, third, at::kDouble);
  const at::Tensor moving = at::full({16}, world_.rank, at::kFloat);
  GradientReducer reducer(communicator_, parameters, {still, moving}, config_);
  const std::int64_t buckets = reducer.bucket_count();
  reducer.freeze(std::vector<at::Tensor>{parameters[0], parameters[1], still});
  EXPECT_EQ(reducer.bucket_count(), buckets);
  for (int step = 0; step < 3; ++step) {
    moving.fill_(world_.rank);
    reducer.begin_step();
    for (const std::size_t i : {4, 3, 2}) {
      parameters[i].mutable_grad() = gradient_of(parameters[i], i, world_.rank);
      reducer.ready(parameters[i]);
    }
    reducer.finish();
    for (const std::size_t i : {0, 1}) {
      EXPECT_TRUE(parameters[i].grad().eq(0).all().item<bool>());
    }
    for (const std::size_t i : {2, 3, 4}) {
      at::Tensor expected = at::zeros_like(parameters[i]);
      for (int rank = 0; rank < world_.size; ++rank) {
        expected += gradient_of(parameters[i], i, rank);
      }
      EXPECT_TRUE(at::allclose(parameters[i].grad(), expected, 1e-5, 1e-5)) << "parameter " << i;
      EXPECT_TRUE(test::same_bits_on_all_ranks(parameters[i].grad()));
    }
    EXPECT_TRUE(still.eq(third).all().item<bool>());
    EXPECT_TRUE(moving.eq((world_.size - 1) / 2.0).all().item<bool>());
  }
  reducer.freeze({});  // thawed
  run_step(reducer, parameters);
  EXPECT_FALSE(parameters[0].grad().eq(0).all().item<bool>());
}

TEST_P(OverForm, with_everything_frozen_a_step_sends_nothing_and_ends) {
  const auto parameters = make_parameters(at::kFloat);
  const at::Tensor still = at::full({16}, world_.rank, at::kFloat);
  GradientReducer reducer(communicator_, parameters, {still}, config_);
  std::vector<at::Tensor> all = parameters;
  all.push_back(still);
  reducer.freeze(all);
  reducer.begin_step();
  reducer.finish();
  EXPECT_TRUE(still.eq(world_.rank).all().item<bool>()) << "nobody asked what others have";
}

TEST_P(OverForm, a_gradient_of_what_is_frozen_and_a_stranger_are_refused) {
  const auto parameters = make_parameters(at::kFloat);
  GradientReducer reducer(communicator_, parameters, {}, config_);
  EXPECT_THROW(reducer.freeze(std::vector<at::Tensor>{at::zeros({1})}), Error);
  reducer.freeze(std::vector<at::Tensor>{parameters[1]});
  reducer.begin_step();
  EXPECT_THROW(reducer.ready(parameters[1]), Error);
  reducer.finish();
}

TEST_P(OverForm, a_model_that_differs_is_told_on_all_ranks) {
  auto parameters = make_parameters(at::kFloat);
  const int odd = world_.size - 1;
  if (odd == 0) GTEST_SKIP() << "one rank can't differ from itself";
  if (world_.rank == odd) parameters[4] = at::zeros({7, 12}).requires_grad_(true);
  try {
    GradientReducer reducer(communicator_, parameters, {}, config_);
    FAIL() << "the difference went unseen";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("rank " + std::to_string(odd) + "'s model"));
  }
}

TEST_P(OverForm, the_same_numbers_in_another_memory_order_are_told_too) {
  auto parameters = make_parameters(at::kFloat);
  if (world_.size == 1) GTEST_SKIP() << "one rank can't differ from itself";
  if (world_.rank == 0) parameters[0] = at::zeros({8, 4, 3, 3}).requires_grad_(true);
  EXPECT_THROW(GradientReducer(communicator_, parameters, {}, config_), Error);
}

INSTANTIATE_TEST_SUITE_P(
    GradientReducer, OverForm,
    testing::Combine(testing::Values(Transport::kMessages, Transport::kSharedMemory),
                     testing::Values("thread", "poll", "none")),
    [](const auto& tested) {
      const bool shared = std::get<0>(tested.param) == Transport::kSharedMemory;
      return std::string(shared ? "shared_" : "messages_") + std::get<1>(tested.param);
    });

TEST(GradientReducer, all_forms_give_the_same_bits) {
  const World& world = test::mpi_session().world();
  MpiCommunicator communicator(test::mpi_session(), Transport::kSharedMemory);
  std::vector<std::vector<at::Tensor>> results;
  for (const char* overlap : {"none", "thread", "poll"}) {
    for (const double bucket_mb : {0.001, 4.0}) {
      CommConfig config = config_of(overlap);
      config.bucket_mb = bucket_mb;
      const auto parameters = make_parameters(at::kFloat);
      GradientReducer reducer(communicator, parameters, {}, config);
      reducer.begin_step();
      for (std::size_t i = parameters.size(); i-- > 0;) {
        parameters[i].mutable_grad() = gradient_of(parameters[i], i, world.rank);
        reducer.ready(parameters[i]);
      }
      reducer.finish();
      results.emplace_back();
      for (const at::Tensor& parameter : parameters) {
        results.back().push_back(parameter.grad().clone());
      }
    }
  }
  for (const auto& result : results) {
    for (std::size_t i = 0; i < result.size(); ++i) EXPECT_TRUE(result[i].equal(results[0][i]));
  }
}

}  // namespace
}  // namespace ag::comm
