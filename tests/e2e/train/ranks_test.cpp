// N ranks compute what one computes.
#include <gmock/gmock.h>

#include <string>

#include "tests/e2e/train/training_fixture.h"

namespace ag::test {
namespace {

class RanksEqualOne : public TrainingTest {};

// At 64 px the last layers still have four pixels a picture: BatchNorm over a handful of values
// would amplify rounding beyond measure from step to step, whoever computes it. Small buckets, so
// that many are on their way during backward.
// The first momentum of SGD is the gradient itself.
constexpr const char* kGradient = "optimizer.momentum/";

TEST_F(RanksEqualOne,
       gradients_of_one_step_and_parameters_after_five_with_synchronised_batchnorm_in_fp64) {
  for (const int ranks : {1, 2, 4}) train(ranks, "np" + std::to_string(ranks), kExact);
  for (const std::string several : {"np2", "np4"}) {
    EXPECT_LE(relative_difference(checkpoint(several, 1), checkpoint("np1", 1), kGradient), 1e-10)
        << several;
    EXPECT_LE(relative_difference(checkpoint(several, 5), checkpoint("np1", 5), ""), 1e-8)
        << several;
  }
}

TEST_F(RanksEqualOne, started_alone_is_the_same_as_one_rank_under_mpirun) {
  train(0, "alone", "");
  train(1, "np1", "");
  EXPECT_THAT(different_tensors(checkpoint("alone", 5), checkpoint("np1", 5)),
              ::testing::IsEmpty());
}

TEST_F(RanksEqualOne, the_first_steps_loss_in_fp32) {
  for (const int ranks : {1, 2, 4}) {
    train(ranks, "np" + std::to_string(ranks),
          "train.sync_batchnorm=true train.steps=1 train.precision=fp32");
  }
  const auto loss = [this](const std::string& name) { return metrics(name, 1).at("train/loss"); };
  EXPECT_NEAR(loss("np2"), loss("np1"), 1e-4 * loss("np1"));
  EXPECT_NEAR(loss("np4"), loss("np1"), 1e-4 * loss("np1"));
}

}  // namespace
}  // namespace ag::test
