// An optimizer's state, the names in it, and what it refuses.
#include <ATen/core/grad_mode.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "framework/core/error.h"
#include "framework/optim/optimizer.h"
#include "tests/unit/optim/optimizer_for_tests.h"

namespace ag::optim {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Optimizer, goes_on_from_its_saved_state_bit_for_bit) {
  for (const OptimizerConfig& config : all_kinds()) {
    const auto whole = make_parameters(at::kFloat);
    Optimizer unbroken(config, whole);
    run(unbroken, config, whole, 0, kSteps);

    const auto first = make_parameters(at::kFloat);
    Optimizer before(config, first);
    run(before, config, first, 0, 4);
    // Saved in C order, as a file has it.
    std::vector<StateTensor> saved;
    for (const StateTensor& state : before.state()) {
      saved.push_back({state.name, state.tensor.contiguous().clone()});
    }
    const auto second = make_parameters(at::kFloat);
    Optimizer after(config, second);
    after.restore(saved, before.steps());
    {
      const c10::NoGradGuard no_grad;
      for (std::size_t i = 0; i < first.size(); ++i) second[i].tensor.copy_(first[i].tensor);
    }
    run(after, config, second, 4, kSteps);
    EXPECT_EQ(after.steps(), kSteps);
    EXPECT_EQ(furthest(whole, second), 0) << config.name;
  }
}

TEST(Optimizer, goes_on_from_its_saved_state_while_some_stand_still) {
  for (const OptimizerConfig& config : all_kinds()) {
    const auto make = [] {
      auto parameters = make_parameters(at::kFloat);
      parameters[0].first_step = 2;
      parameters[3].first_step = 6;
      parameters[3].lr_factor = 0.5;
      return parameters;
    };
    const auto whole = make();
    Optimizer unbroken(config, whole);
    run(unbroken, config, whole, 0, kSteps);
    const auto parts = make();
    Optimizer before(config, parts);
    run(before, config, parts, 0, 4);
    Optimizer after(config, parts);
    after.restore(before.state(), before.steps());
    run(after, config, parts, 4, kSteps);
    EXPECT_EQ(furthest(whole, parts), 0) << config.name;
  }
}

TEST(Optimizer, names_its_state_after_the_parameters) {
  const at::Tensor weight = at::zeros({2}).set_requires_grad(true);
  const at::Tensor bias = at::zeros({2}).set_requires_grad(true);
  const std::vector<OptimizedParameter> parameters = {{"w", weight, true}, {"b", bias, false}};
  const auto names = [&parameters](const OptimizerConfig& config) {
    std::vector<std::string> list;
    const Optimizer optimizer(config, parameters);
    for (const StateTensor& state : optimizer.state()) list.push_back(state.name);
    return list;
  };
  EXPECT_THAT(names(sgd(0.9, false)), ElementsAre("momentum/w", "momentum/b"));
  EXPECT_THAT(names(sgd(0, false)), ElementsAre());
  EXPECT_THAT(names(adamw()),
              ElementsAre("exp_avg/w", "exp_avg_sq/w", "exp_avg/b", "exp_avg_sq/b"));
  EXPECT_THAT(names(rmsprop(0)), ElementsAre("square_avg/w", "square_avg/b"));
}

std::string complaint(const std::function<void()>& attempt) {
  try {
    attempt();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Optimizer, refuses_a_state_that_isnt_its_own) {
  const auto parameters = make_parameters(at::kFloat);
  Optimizer optimizer(sgd(0.9, false), parameters);
  const auto restore = [&optimizer](const std::vector<StateTensor>& saved) {
    return complaint([&] { optimizer.restore(saved, 1); });
  };
  std::vector<StateTensor> saved = optimizer.state();
  EXPECT_EQ(restore(saved), "");
  EXPECT_THAT(restore({}), HasSubstr("lacks 'momentum/conv.weight'"));
  saved.push_back({"momentum/other", at::zeros({1})});
  EXPECT_THAT(restore(saved), HasSubstr("holds 'momentum/other'"));
  saved.pop_back();
  saved.back().tensor = saved.back().tensor.to(at::kDouble);
  EXPECT_THAT(restore(saved), HasSubstr("has another shape or type"));
}

TEST(Optimizer, refuses_parameters_it_would_move_wrongly) {
  const at::Tensor good = at::zeros({4, 4}).set_requires_grad(true);
  const auto make = [](const std::vector<OptimizedParameter>& parameters) {
    return complaint([&] { Optimizer(OptimizerConfig(), parameters); });
  };
  EXPECT_THAT(make({{"p", good}, {"p", good}}), HasSubstr("'p' stands twice"));
  EXPECT_THAT(make({{"p", at::Tensor()}}), HasSubstr("'p' isn't a leaf"));
  EXPECT_THAT(make({{"p", good * 2}}), HasSubstr("'p' isn't a leaf"));
  EXPECT_THAT(make({{"p", at::zeros({2}, at::kLong)}}), HasSubstr("'p' is neither"));
  EXPECT_THAT(make({{"p", at::zeros({4, 4}).slice(1, 0, 2)}}), HasSubstr("'p' doesn't fill"));
}

TEST(Optimizer, refuses_a_missing_gradient_and_one_in_another_order_of_memory) {
  at::Tensor weight = numbers({4, 3, 3, 3}, 0, at::kFloat)
                          .contiguous(at::MemoryFormat::ChannelsLast)
                          .set_requires_grad(true);
  const at::Tensor before = weight.detach().clone();
  Optimizer optimizer(sgd(0.9, false), {{"w", weight}});
  const auto step = [&optimizer] { return complaint([&] { optimizer.step({0.1, 0.9}); }); };
  EXPECT_THAT(step(), HasSubstr("'w' has no gradient"));
  weight.mutable_grad() = at::ones({4, 3, 3, 3});
  EXPECT_THAT(step(), HasSubstr("the gradient of 'w' has another type or layout"));
  EXPECT_EQ(optimizer.steps(), 0);
  EXPECT_TRUE(at::equal(weight, before));
}

}  // namespace
}  // namespace ag::optim
