#include "framework/nn/network.h"

#include <c10/core/GradMode.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <map>
#include <numeric>

#include "framework/core/error.h"
#include "framework/nn/loss.h"
#include "tests/support/threads_as_ranks.h"

namespace ag::nn {
namespace {

using Gradients = std::map<std::string, at::Tensor>;

// A batch with labels and sample numbers.
struct Rows {
  at::Tensor pictures, age, gender;
  std::vector<std::uint32_t> samples;

  Rows narrow(std::int64_t first, std::int64_t count) const {
    return {pictures.narrow(0, first, count),
            age.narrow(0, first, count),
            gender.narrow(0, first, count),
            {samples.begin() + first, samples.begin() + first + count}};
  }
};

Rows make_rows(std::int64_t count, int size, at::ScalarType type) {
  at::manual_seed(11);
  Rows rows = {at::rand({count, 3, size, size}, at::TensorOptions(type)) * 2 - 1,
               at::randint(0, kAges, {count}), at::randint(0, kGenders, {count}),
               std::vector<std::uint32_t>(static_cast<std::size_t>(count))};
  std::iota(rows.samples.begin(), rows.samples.end(), 100u);
  return rows;
}

struct Step {
  std::int64_t real = 0;
  std::int64_t global_real = 0;
  test::AllReduceSum all_reduce_sum;
};

// Loss and gradients of one training step.
std::pair<double, Gradients> train_step(Network& network, const Rows& rows, const Step& step) {
  const ForwardContext context = {
      .training = true,
      .real = step.real,
      .seed = 5,
      .epoch = 2,
      .samples = std::span(rows.samples).first(static_cast<std::size_t>(step.real)),
      .all_reduce_sum = step.all_reduce_sum};
  const LossResult result = compute_loss(network.forward(rows.pictures, context), rows.age,
                                         rows.gender, step.real, step.global_real, {});
  torch::autograd::backward({result.loss}, {});
  Gradients gradients;
  for (const NamedTensor& named : network.parameters()) gradients[named.name] = named.tensor.grad();
  return {result.loss.item<double>(), gradients};
}

// Norm of the difference over norm, over all parameters.
double relative_distance(const Gradients& actual, const Gradients& expected) {
  double difference = 0, norm = 0;
  for (const auto& [name, gradient] : expected) {
    difference += (actual.at(name) - gradient).square().sum().item<double>();
    norm += gradient.square().sum().item<double>();
  }
  return std::sqrt(difference / norm);
}

class MobileNetV1 : public ::testing::TestWithParam<std::tuple<double, int>> {};

TEST_P(MobileNetV1, gives_logits_of_age_and_gender_at_any_width_and_size) {
  const auto [width, size] = GetParam();
  const auto network = make_network({.width = width}, size, at::kFloat, 1);
  const c10::NoGradGuard no_grad;
  const Prediction prediction = network->forward(make_rows(2, size, at::kFloat).pictures, {});
  EXPECT_EQ(prediction.age.sizes(), (at::IntArrayRef{2, 101}));
  EXPECT_EQ(prediction.gender.sizes(), (at::IntArrayRef{2, 2}));
  EXPECT_TRUE(prediction.age.isfinite().all().item<bool>());
}

// The stem halves and rounds up, each later stride halves and rounds down.
TEST_P(MobileNetV1, summary_follows_the_shapes) {
  const auto [width, size] = GetParam();
  const Summary summary = make_network({.width = width}, size, at::kFloat, 1)->summary();
  std::map<std::string, Shape> shapes;
  for (const LayerSummary& layer : summary.layers) shapes[layer.name] = layer.output;
  const std::int64_t stem = (size + 1) / 2;
  EXPECT_EQ(shapes["stem.conv"], (Shape{static_cast<std::int64_t>(32 * width), stem, stem}));
  EXPECT_EQ(shapes["blocks.12.pointwise"],
            (Shape{static_cast<std::int64_t>(1024 * width), stem / 16, stem / 16}));
  EXPECT_EQ(shapes["head.age"], (Shape{101, 1, 1}));
}

INSTANTIATE_TEST_SUITE_P(WidthsAndSizes, MobileNetV1,
                         ::testing::Combine(::testing::Values(0.25, 0.35, 1.0, 1.4),
                                            ::testing::Values(32, 65, 224)));

struct PaperRow {
  double width;
  double million_macs;        // Howard et al. 2017, table 6, at 224
  double million_parameters;  // there, trained ones, with a top of 1000 classes
};

TEST(MobileNetV1Summary, counts_what_the_paper_counts) {
  const PaperRow rows[] = {{1.0, 569, 4.2}, {0.75, 325, 2.6}, {0.5, 149, 1.3}, {0.25, 41, 0.5}};
  for (const PaperRow& row : rows) {
    const Summary trunk = make_network({.width = row.width}, 224, at::kFloat, 1)->trunk_summary();
    const std::int64_t top = trunk.layers.back().output.channels * 1000;
    EXPECT_NEAR(static_cast<double>(trunk.macs() + top) / 1e6, row.million_macs, 1) << row.width;
    EXPECT_NEAR(static_cast<double>(trunk.trainable() + top + 1000) / 1e6, row.million_parameters,
                0.05)
        << row.width;
  }
}

// 3,228,864 without top, 1024 * 1024 + 1024 hidden, 1024 * 103 + 103 in the two heads.
TEST(MobileNetV1Summary, agrees_with_the_tensors_themselves) {
  const auto network = make_network({}, 224, at::kFloat, 1);
  std::int64_t trained = 0, statistics = 0;
  for (const NamedTensor& named : network->parameters()) trained += named.tensor.numel();
  for (const NamedTensor& named : network->buffers()) statistics += named.tensor.numel();
  EXPECT_EQ(trained + statistics, 3228864 + 1024 * 1024 + 1024 + 1024 * 103 + 103);
  EXPECT_EQ(network->summary().parameters(), trained + statistics);
  EXPECT_EQ(network->summary().trainable(), trained);
}

TEST(Network, names_follow_one_scheme_and_are_unique) {
  const auto network = make_network({.width = 0.25}, 32, at::kFloat, 1);
  std::map<std::string, TensorKind> kinds;
  for (const auto* tensors : {&network->parameters(), &network->buffers()}) {
    for (const NamedTensor& named : *tensors) {
      EXPECT_TRUE(kinds.emplace(named.name, named.kind).second) << named.name;
    }
  }
  // 27 convolutions with four vectors each, three linear layers.
  EXPECT_EQ(kinds.size(), 27u * 5 + 3 * 2);
  EXPECT_EQ(kinds.at("stem.conv.weight"), TensorKind::kWeight);
  EXPECT_EQ(kinds.at("stem.bn.bias"), TensorKind::kNormBias);
  EXPECT_EQ(kinds.at("blocks.0.depthwise.weight"), TensorKind::kWeight);
  EXPECT_EQ(kinds.at("blocks.12.pointwise_bn.running_var"), TensorKind::kRunningStatistic);
  EXPECT_EQ(kinds.at("head.hidden.weight"), TensorKind::kWeight);
  EXPECT_EQ(kinds.at("head.gender.bias"), TensorKind::kBias);
}

TEST(Network, the_same_seed_gives_the_same_bits_and_another_does_not) {
  const Rows rows = make_rows(3, 32, at::kFloat);
  const auto step = [&](std::uint64_t seed) {
    return train_step(*make_network({.width = 0.25}, 32, at::kFloat, seed), rows, {3, 3, {}});
  };
  const auto [loss, gradients] = step(1);
  const auto [same_loss, same_gradients] = step(1);
  EXPECT_EQ(loss, same_loss);
  for (const auto& [name, gradient] : gradients) {
    EXPECT_TRUE(at::equal(gradient, same_gradients.at(name))) << name;
  }
  EXPECT_NE(loss, step(2).first);
}

TEST(Network, what_fills_the_batch_up_leaves_loss_and_gradients_alone) {
  const Rows rows = make_rows(5, 40, at::kDouble);
  const auto step = [&](const Rows& batch) {
    const auto network = make_network({.width = 0.25}, 40, at::kDouble, 1);
    return train_step(*network, batch, {3, 8, {}});
  };
  const auto [expected_loss, expected] = step(rows.narrow(0, 3));
  const auto [loss, gradients] = step(rows);
  EXPECT_NEAR(loss, expected_loss, 1e-12);
  EXPECT_LT(relative_distance(gradients, expected), 1e-11);
}

TEST(Network, a_rank_without_real_rows_has_gradients_of_zeros) {
  const auto network = make_network({.width = 0.25}, 32, at::kFloat, 1);
  const auto [loss, gradients] = train_step(*network, make_rows(2, 32, at::kFloat), {0, 4, {}});
  EXPECT_EQ(loss, 0);
  for (const auto& [name, gradient] : gradients) {
    ASSERT_TRUE(gradient.defined()) << name;
    EXPECT_TRUE((gradient == 0).all().item<bool>()) << name;
  }
}

// Rows 0 to 2 on rank 0, rows 3 and 4 on rank 1 with one row filled up, none on rank 2.
TEST(Network, synchronised_ranks_make_the_gradients_of_one) {
  constexpr int kRanks = 3;
  constexpr std::int64_t kReal[] = {3, 2, 0};
  const Rows rows = make_rows(9, 32, at::kDouble);
  const ModelConfig config = {.width = 0.25};
  const auto one = make_network(config, 32, at::kDouble, 1);
  const auto [expected_loss, expected] = train_step(*one, rows.narrow(0, 5), {5, 5, {}});

  std::vector<std::unique_ptr<Network>> networks(kRanks);
  std::vector<std::pair<double, Gradients>> parts(kRanks);
  test::run_as_ranks(kRanks, [&](int rank, const test::AllReduceSum& all_reduce_sum) {
    networks[rank] = make_network(config, 32, at::kDouble, 1);
    parts[rank] =
        train_step(*networks[rank], rows.narrow(3 * rank, 3), {kReal[rank], 5, all_reduce_sum});
  });

  double loss = 0;
  Gradients sum;
  for (const auto& [part_loss, gradients] : parts) {
    loss += part_loss;
    for (const auto& [name, gradient] : gradients) {
      at::Tensor& total = sum[name];
      total = total.defined() ? total + gradient : gradient;
    }
  }
  EXPECT_NEAR(loss, expected_loss, 1e-12);
  EXPECT_LT(relative_distance(sum, expected), 1e-11);
  for (std::size_t i = 0; i < one->buffers().size(); ++i) {
    const at::Tensor& expected_buffer = one->buffers()[i].tensor;
    for (const auto& network : networks) {
      EXPECT_TRUE(at::allclose(network->buffers()[i].tensor, expected_buffer, 1e-12, 1e-12));
    }
  }
}

TEST(Network, evaluation_drops_nothing_and_leaves_running_statistics_alone) {
  const auto network = make_network({.width = 0.25}, 32, at::kFloat, 1);
  const Rows rows = make_rows(2, 32, at::kFloat);
  train_step(*network, rows, {2, 2, {}});
  const at::Tensor before = network->buffers()[0].tensor.clone();
  EXPECT_FALSE(at::equal(before, at::zeros_like(before)));

  const c10::NoGradGuard no_grad;
  const Prediction together = network->forward(rows.pictures, {});
  const Prediction alone = network->forward(rows.pictures.narrow(0, 1, 1), {});
  EXPECT_TRUE(at::allclose(together.age[1], alone.age[0], 1e-4, 1e-5));
  EXPECT_TRUE(at::equal(network->buffers()[0].tensor, before));
}

// More of them than go through the layers together, of a number that no part divides.
TEST(Network, many_pictures_are_told_what_each_alone_is_to_the_bit) {
  for (const char* name : {"mobilenet_v1", "mobilenet_v3_large"}) {
    const auto network =
        make_network({.name = name, .width = 0.25, .hidden = 32}, 224, at::kFloat, 1);
    const Rows rows = make_rows(23, 224, at::kFloat);
    const c10::NoGradGuard no_grad;
    const Prediction together = network->forward(rows.pictures, {});
    ASSERT_EQ(together.age.size(0), 23);
    ASSERT_EQ(together.gender.size(0), 23);
    for (const std::int64_t i : {0, 5, 11, 22}) {
      const Prediction alone = network->forward(rows.pictures.narrow(0, i, 1), {});
      EXPECT_TRUE(at::equal(together.age[i], alone.age[0])) << name << ", picture " << i;
      EXPECT_TRUE(at::equal(together.gender[i], alone.gender[0])) << name << ", picture " << i;
    }
  }
}

TEST(Network, refuses_what_cannot_be) {
  EXPECT_THROW(make_network({}, 31, at::kFloat, 1), Error);
  EXPECT_THROW(make_network({.width = 0.02}, 32, at::kFloat, 1), Error);
  EXPECT_THROW(make_network({.name = "mobilenet"}, 32, at::kFloat, 1), Error);
  const auto network = make_network({.width = 0.25}, 32, at::kFloat, 1);
  EXPECT_THROW(network->forward(at::zeros({1, 3, 16, 16}), {}), Error);
  EXPECT_THROW(network->forward(at::zeros({1, 1, 32, 32}), {}), Error);
  EXPECT_THROW(network->forward(at::zeros({1, 3, 32, 32}), {.training = true, .real = 1}), Error);
}

}  // namespace
}  // namespace ag::nn
