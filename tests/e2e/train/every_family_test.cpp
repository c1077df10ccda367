// Each family of networks, from its own experiment in experiments/, keeps the trainer's promises: N
// ranks compute what one computes, and a resumed run has the bits of one that wasn't stopped.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <ostream>
#include <string>

#include "tests/e2e/train/training_fixture.h"

namespace ag::test {
namespace {

using ::testing::ContainerEq;
using ::testing::IsEmpty;

struct FamilysExperiment {
  std::string family;  // model.name
  std::string file;    // in experiments/
};

// For GoogleTest's messages.
void PrintTo(const FamilysExperiment& experiment, std::ostream* out) {
  *out << experiment.file;
}

class EveryFamily : public TrainingTest, public ::testing::WithParamInterface<FamilysExperiment> {
 protected:
  static constexpr std::int64_t kEnd = 2 * kStepsPerEpoch;
  static constexpr std::int64_t kMiddle = 8;  // the third step of the second epoch

  void SetUp() override {
    TrainingTest::SetUp();
    use_experiment(fmt::format("{}/experiments/{}", AG_SOURCE_DIR, GetParam().file));
  }

  // The experiment on the tiny data set, two epochs of it, and so narrow that it takes seconds; the
  // recipe stays as it is, but that the learning rate has climbed after one epoch.
  std::string tiny(const std::string& settings) const {
    return fmt::format(
        "dataset.path={}/data model.width=0.25 model.hidden=32 train.epochs=2 "
        "train.global_batch_size=12 schedule.warmup_epochs=1 checkpoint.every_steps=1 "
        "checkpoint.keep_last=100 {}",
        folder().string(), settings);
  }
};

// See RanksEqualOne for the size and the buckets.
TEST_P(EveryFamily, on_two_ranks_learns_what_one_learns) {
  const std::string exact = tiny(
      "train.precision=fp64 train.sync_batchnorm=true dataset.size=64 comm.bucket_mb=0.02 "
      "train.steps=5");
  train(1, "np1", exact);
  train(2, "np2", exact);
  EXPECT_LE(relative_difference(checkpoint("np2", 5), checkpoint("np1", 5), ""), 1e-8);
  // Something has been learnt that could have differed.
  EXPECT_GT(relative_difference(checkpoint("np1", 5), checkpoint("np1", 1), ""), 1e-5);
}

TEST_P(EveryFamily, stopped_in_mid_epoch_and_resumed_ends_with_the_same_bits) {
  const std::string settings = tiny("dataset.size=32");
  train(2, "whole", settings);
  train(2, "parts", fmt::format("{} train.steps={}", settings, kMiddle));
  train(2, "parts", settings + " --resume auto");
  EXPECT_THAT(different_tensors(checkpoint("parts", kEnd), checkpoint("whole", kEnd)), IsEmpty());
  EXPECT_FALSE(metrics("whole", 2).empty());
  EXPECT_THAT(metrics("parts", 2), ContainerEq(metrics("whole", 2)));
  EXPECT_FALSE(different_tensors(checkpoint("whole", kMiddle), checkpoint("whole", kEnd)).empty());
}

INSTANTIATE_TEST_SUITE_P(
    , EveryFamily,
    ::testing::Values(FamilysExperiment{"mobilenet_v1", "mobilenet_224.yaml"},
                      FamilysExperiment{"mobilenet_v2", "mobilenet_v2_224.yaml"},
                      FamilysExperiment{"mobilenet_v3_small", "mobilenet_v3_small_224.yaml"},
                      FamilysExperiment{"mobilenet_v3_large", "mobilenet_v3_large_224.yaml"},
                      FamilysExperiment{"mobilenet_v4_conv_small",
                                        "mobilenet_v4_conv_small_224.yaml"}),
    [](const auto& test) { return test.param.family; });

}  // namespace
}  // namespace ag::test
