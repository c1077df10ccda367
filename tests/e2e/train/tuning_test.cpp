// What changes the course of a run from within (losses and their weights, balanced sampling, frozen
// stages) leaves its promises whole: N ranks compute what one computes, a resumed run has the bits
// of one that wasn't stopped.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/e2e/train/training_fixture.h"

namespace ag::test {
namespace {

using ::testing::ContainerEq;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kWeighted =
    "loss.age_band_edges=[13,60] loss.age_band_weights=[4,1,2] loss.age_label_smoothing=0.1 "
    "loss.gender_label_smoothing=0.1 loss.gender_weight=0.5 ";
constexpr const char* kBalanced = "dataset.balance=age_band dataset.balance_edges=[13,60] ";
// Five stages, of which three stand still in the first epoch, two in the second, one in the third.
constexpr const char* kThawing =
    "finetune.frozen_stages=3 finetune.unfreeze_epoch=1 finetune.unfreeze_every=1 "
    "finetune.backbone_lr=0.3 ";

// mobilenet_v1's stages, from the picture on.
const std::vector<std::string> kFirstStage = {"stem.conv.weight", "stem.bn.running_mean",
                                              "blocks.0.depthwise.weight",
                                              "blocks.0.pointwise_bn.running_var"};
const std::vector<std::string> kSecondStage = {"blocks.1.depthwise.weight",
                                               "blocks.2.pointwise_bn.running_mean",
                                               "blocks.2.pointwise_bn.bias"};
const std::vector<std::string> kThirdStage = {"blocks.3.pointwise.weight",
                                              "blocks.4.depthwise_bn.running_var"};
const std::vector<std::string> kFourthStage = {"blocks.5.pointwise.weight",
                                               "blocks.10.depthwise_bn.running_var"};

class Tuning : public TrainingTest {
 protected:
  // Parameters of several ranks after `step` steps against those of one.
  void expect_ranks_equal_one(const std::vector<int>& several, const std::string& settings,
                              std::int64_t step) const {
    const std::string all = fmt::format("{} {} train.steps={}", kExact, settings, step);
    train(1, "np1", all);
    for (const int ranks : several) {
      const std::string name = fmt::format("np{}", ranks);
      train(ranks, name, all);
      EXPECT_LE(relative_difference(checkpoint(name, 1), checkpoint("np1", 1), kGradient), 1e-10)
          << settings << " on " << ranks << " ranks";
      EXPECT_LE(relative_difference(checkpoint(name, step), checkpoint("np1", step), ""), 1e-8)
          << settings << " on " << ranks << " ranks";
      std::filesystem::remove_all(folder() / name);
    }
    std::filesystem::remove_all(folder() / "np1");
  }

  void expect_resume_gives_the_same_bits(const std::string& settings) const {
    constexpr std::int64_t kMiddle = 8;  // the third step of the second epoch
    constexpr std::int64_t kEnd = 3 * kStepsPerEpoch;
    const std::string all = "train.epochs=3 optimizer.lr=0.02 schedule.name=cosine " + settings;
    train(2, "whole", all);
    train(2, "parts", fmt::format("{} train.steps={}", all, kMiddle));
    train(2, "parts", all + " --resume auto");
    EXPECT_THAT(different_tensors(checkpoint("parts", kEnd), checkpoint("whole", kEnd)), IsEmpty());
    for (int epoch = 1; epoch <= 3; ++epoch) {
      EXPECT_THAT(metrics("parts", epoch), ContainerEq(metrics("whole", epoch)))
          << "epoch " << epoch;
    }
  }

  // The first momentum of SGD is the gradient itself.
  static constexpr const char* kGradient = "optimizer.momentum/";
};

TEST_F(Tuning, n_ranks_equal_one_with_every_age_loss) {
  for (const std::string loss : {"dldl", "mean_variance", "ordinal", "regression"}) {
    expect_ranks_equal_one({3}, "loss.age=" + loss + " loss.age_weight=0.1", 2);
  }
}

TEST_F(Tuning, n_ranks_equal_one_with_weights_and_smoothing_in_balanced_order) {
  expect_ranks_equal_one({2, 3}, fmt::format("{}{}", kWeighted, kBalanced), 5);
}

// Where the processor has no bfloat16, auto is fp32; a run that began in bf16 goes on in it.
TEST_F(Tuning, a_resumed_run_in_bfloat16_gives_the_same_bits_and_auto_keeps_it) {
  const std::string all = "train.epochs=2 optimizer.lr=0.02 ";
  train(2, "whole", all + "train.precision=bf16");
  train(2, "parts", all + "train.precision=bf16 train.steps=3");
  train(2, "parts", all + "--resume auto");
  constexpr std::int64_t kEnd = 2 * kStepsPerEpoch;
  EXPECT_THAT(different_tensors(checkpoint("parts", kEnd), checkpoint("whole", kEnd)), IsEmpty());
  EXPECT_THAT(metrics("parts", 2), ContainerEq(metrics("whole", 2)));
}

TEST_F(Tuning, n_ranks_equal_one_while_stages_thaw) {
  expect_ranks_equal_one({2, 3}, fmt::format("train.epochs=2 {}", kThawing), 7);
}

TEST_F(Tuning, balanced_and_weighted_training_resumes_in_the_middle_of_an_epoch) {
  expect_resume_gives_the_same_bits(fmt::format("{}{}loss.age=dldl", kWeighted, kBalanced));
}

TEST_F(Tuning, thawing_resumes_in_the_middle_of_an_epoch) {
  expect_resume_gives_the_same_bits(kThawing);
}

TEST_F(Tuning, thawing_with_adamw_and_an_ordinal_loss_resumes_in_the_middle_of_an_epoch) {
  expect_resume_gives_the_same_bits(
      fmt::format("{}optimizer.name=adamw loss.age=ordinal loss.age_weight=0.1", kThawing));
}

TEST_F(Tuning, frozen_stages_stand_still_to_the_bit_on_three_ranks_until_they_thaw) {
  train(3, "run", fmt::format("train.epochs=3 optimizer.weight_decay=0.1 {}", kThawing));
  const auto changed = [this](std::int64_t from, std::int64_t to) {
    return different_tensors(checkpoint("run", from), checkpoint("run", to));
  };
  // Steps 1 to 5 are the first epoch, 6 to 10 the second. A step's checkpoint holds what it made.
  const std::vector<std::string> first = changed(1, 5);
  const std::vector<std::string> second = changed(6, 10);
  const std::vector<std::string> third = changed(11, 15);
  for (const std::string& name : kFirstStage) {
    for (const auto& names : {first, second, third}) EXPECT_THAT(names, Not(Contains(name)));
  }
  for (const std::string& name : kSecondStage) {
    for (const auto& names : {first, second}) EXPECT_THAT(names, Not(Contains(name)));
    EXPECT_THAT(third, Contains(name));
  }
  for (const std::string& name : kThirdStage) {
    EXPECT_THAT(first, Not(Contains(name)));
    for (const auto& names : {second, third}) EXPECT_THAT(names, Contains(name));
  }
  for (const std::string& name : kFourthStage) {
    for (const auto& names : {first, second, third}) EXPECT_THAT(names, Contains(name));
  }
  EXPECT_THAT(changed(5, 6), Contains("head.age.weight"));
}

TEST_F(Tuning, more_frozen_stages_than_there_are_name_how_many_there_are) {
  const Ended ended = run(command(2, "run", "finetune.frozen_stages=6"), folder());
  EXPECT_EQ(ended.code, 2) << ended.output;
  EXPECT_THAT(ended.output,
              HasSubstr("finetune.frozen_stages: can't be 6: the network has 5 stages"));
}

TEST_F(Tuning, another_loss_or_order_is_refused_by_name_when_resuming) {
  train(1, "run", "train.epochs=3 train.steps=2");
  for (const std::string setting : {"loss.age=ordinal", "dataset.balance=age_band"}) {
    const Ended ended = run(command(1, "run", "train.epochs=3 --resume auto " + setting), folder());
    EXPECT_EQ(ended.code, 2) << ended.output;
    EXPECT_THAT(ended.output, HasSubstr(setting.substr(0, setting.find('='))));
  }
}

}  // namespace
}  // namespace ag::test
