#include "framework/train/evaluate.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "framework/data/dataset_writer.h"
#include "framework/train/agreement.h"
#include "framework/train/guess_baseline.h"
#include "tests/support/mpi_test.h"

namespace ag::train {
namespace {
namespace fs = std::filesystem;

// A world of one: what a single rank would compute, computed on every rank.
class Alone final : public comm::Communicator {
 public:
  const comm::World& world() const override { return world_; }
  at::Device device() const override { return at::kCPU; }
  void all_reduce_sum(const at::Tensor&) override {}
  std::unique_ptr<comm::Work> start_all_reduce_sum(const at::Tensor&) override { return nullptr; }
  void broadcast(const at::Tensor&, int) override {}
  void barrier() override {}
  std::string best_overlap() const override { return "poll"; }
  std::string name() const override { return "alone"; }

 private:
  comm::World world_;
};

constexpr int kPixels = 32;
constexpr int kPictures = 2 * static_cast<int>(kEvaluationBatch) + 37;  // the last batch isn't full

// Written by every rank into a folder of its own, from the same numbers.
fs::path write_dataset(int rank) {
  fs::path folder = fs::path(::testing::TempDir()) /
                    ("ag_evaluate_" + std::to_string(::getpid()) + "_" + std::to_string(rank));
  data::DatasetInfo about;
  about.encoding = data::Encoding::kRaw;
  about.width = kPixels;
  about.height = kPixels;
  data::DatasetWriter writer(folder, about, 1 << 20, true);
  for (std::size_t i = 0; i < kPictures + 1; ++i) {
    std::vector<std::byte> pixels(std::size_t{kPixels} * kPixels * 3);
    for (std::size_t p = 0; p < pixels.size(); ++p)
      pixels[p] = static_cast<std::byte>((p * 7 + i * 31) % 251);
    data::SampleLabels labels;
    labels.age = static_cast<int>(i % 100);
    labels.gender = i % 3 == 0 ? 1 : 0;
    labels.split = i == 0 ? data::Split::kTrain : data::Split::kValidation;
    writer.add(pixels, labels);
  }
  writer.commit();
  return folder;
}

class Evaluate : public ::testing::Test {
 protected:
  void SetUp() override {
    communicator_ = comm::make_communicator({.backend = "mpi"}, test::mpi_session());
    folder_ = write_dataset(communicator_->world().rank);
    dataset_ = data::Dataset::open(folder_);
    network_ = nn::make_network({.width = 0.25}, kPixels, at::kFloat, 3);
  }
  void TearDown() override {
    dataset_.reset();
    fs::remove_all(folder_);
  }

  std::optional<Evaluation> evaluation(comm::Communicator& communicator,
                                       const EvaluationWatcher& watcher) {
    loader::LoaderPlan plan;
    plan.split = data::Split::kValidation;
    plan.global_batch = kEvaluationBatch;
    plan.rank = communicator.world().rank;
    plan.ranks = communicator.world().size;
    plan.training = false;
    data::DatasetConfig config;
    config.size = kPixels;
    loader::Loader loader(*dataset_, config, {}, plan);
    return evaluate(*network_, loader, {}, communicator, watcher);
  }

  std::unique_ptr<comm::Communicator> communicator_;
  fs::path folder_;
  std::optional<data::Dataset> dataset_;
  std::unique_ptr<nn::Network> network_;
};

TEST_F(Evaluate, any_number_of_ranks_gives_the_metrics_of_one_to_the_last_bit) {
  const auto never = [](std::int64_t, std::int64_t) { return false; };
  Alone alone;
  const std::optional<Evaluation> one = evaluation(alone, never);
  const std::optional<Evaluation> all = evaluation(*communicator_, never);
  ASSERT_TRUE(one && all);
  EXPECT_EQ(one->sums[nn::MetricSums::kCount], kPictures);
  EXPECT_EQ(all->sums.values, one->sums.values);
  EXPECT_EQ(all->groups.values, one->groups.values);
}

TEST_F(Evaluate, the_groups_hold_every_picture_once_and_add_up_to_the_whole) {
  const std::optional<Evaluation> all =
      evaluation(*communicator_, [](std::int64_t, std::int64_t) { return false; });
  ASSERT_TRUE(all);
  double count = 0;
  double error = 0;
  double right = 0;
  for (std::size_t gender = 0; gender < nn::kGenders; ++gender) {
    for (std::size_t band = 0; band < nn::GroupSums::kBands; ++band) {
      count += all->groups.at(gender, band, nn::GroupSums::kCount);
      error += all->groups.at(gender, band, nn::GroupSums::kAgeError);
      right += all->groups.at(gender, band, nn::GroupSums::kGenderRight);
    }
  }
  EXPECT_EQ(count, kPictures);
  EXPECT_NEAR(error, all->sums[nn::MetricSums::kAgeError], 1e-9 * error);
  EXPECT_EQ(right, all->sums[nn::MetricSums::kGenderTop1]);
  // Ages 0 to 2 of i % 100 for i = 1 to 165: 100, 1, 101, 2 and 102; of them 102 is male (i % 3 ==
  // 0).
  EXPECT_EQ(all->groups.at(0, 0, nn::GroupSums::kCount), 4);
  EXPECT_EQ(all->groups.at(1, 0, nn::GroupSums::kCount), 1);
}

TEST_F(Evaluate, a_stop_that_one_rank_asks_for_ends_it_on_all) {
  const bool last = communicator_->world().rank == communicator_->world().size - 1;
  EXPECT_FALSE(evaluation(*communicator_, [last](std::int64_t, std::int64_t) { return last; }));
}

TEST_F(Evaluate, the_guess_is_the_median_age_and_the_more_frequent_gender_of_training) {
  // One training picture: age 0, male. Ages of validation are i % 100 for i = 1 to 165, every third
  // is male.
  double error = 0;
  double right = 0;
  for (int i = 1; i <= kPictures; ++i) {
    error += i % 100;
    right += i % 3 == 0 ? 1 : 0;
  }
  const GuessBaseline guess = guess_baseline(*dataset_);
  EXPECT_NEAR(guess.age_mae, error / kPictures, 1e-9);
  EXPECT_NEAR(guess.gender_accuracy, right / kPictures, 1e-9);
}

TEST(AllOrNone, what_fails_on_one_rank_is_thrown_on_all_with_its_text_and_code) {
  const auto communicator = comm::make_communicator({.backend = "mpi"}, test::mpi_session());
  const int last = communicator->world().size - 1;
  try {
    all_or_none(*communicator, [&] {
      if (communicator->world().rank == last) throw usage_error("here", "this is wrong");
    });
    FAIL() << "nothing was thrown";
  } catch (const AgreedError& error) {
    EXPECT_EQ(error.code(), ExitCode::kUsage);
    EXPECT_EQ(std::string(error.what()),
              last == 0 ? "here: this is wrong"
                        : "rank " + std::to_string(last) + ": here: this is wrong");
  }
  EXPECT_NO_THROW(all_or_none(*communicator, [] {}));
}

}  // namespace
}  // namespace ag::train
