// Runs that begin with somebody's weights.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <string>

#include "tests/e2e/train/training_fixture.h"

namespace ag::test {
namespace {
namespace fs = std::filesystem;

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Weights : public TrainingTest {
 protected:
  // A file of a run before, under a name of its own.
  fs::path weights_of_a_run() const {
    train(1, "before", "train.epochs=1 seed=3 train.precision=fp64");
    fs::copy_file(checkpoint_path("before", kStepsPerEpoch), folder() / "w.safetensors");
    return folder() / "w.safetensors";
  }

  void expect_refused(const fs::path& file, const std::string& text) const {
    const Ended ended = run(command(2, "refused", "model.weights=" + file.string()), folder(), 60);
    EXPECT_EQ(ended.code, 1) << ended.output;
    EXPECT_THAT(ended.output, HasSubstr(file.string() + ": " + text));
    const std::string ours = "agtrain: ";
    const std::size_t first = ended.output.find(ours);
    ASSERT_NE(first, std::string::npos) << ended.output;
    EXPECT_EQ(ended.output.find(ours, first + 1), std::string::npos) << ended.output;
  }
};

TEST_F(Weights, are_what_every_rank_begins_with) {
  const fs::path file = weights_of_a_run();
  // In fp64 with BatchNorm over all ranks, where two compute what one computes.
  const std::string exact =
      "train.steps=1 train.precision=fp64 train.sync_batchnorm=true "
      "dataset.size=64";
  const std::string settings = fmt::format("{} model.weights={}", exact, file.string());
  const Ended ended = run(command(2, "two", settings), folder());
  ASSERT_EQ(ended.code, 0) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("checkpoint of agtrain with agtrain names"));
  EXPECT_THAT(ended.output, Not(HasSubstr("begin anew")));
  train(1, "one", settings);
  EXPECT_LT(relative_difference(checkpoint("two", 1), checkpoint("one", 1), ""), 1e-9);
  train(1, "fresh", exact);
  EXPECT_GT(relative_difference(checkpoint("fresh", 1), checkpoint("one", 1), ""), 1e-2);
}

TEST_F(Weights, are_not_needed_to_go_on) {
  const fs::path file = weights_of_a_run();
  const std::string settings = fmt::format("model.weights={} train.epochs=2", file.string());
  train(2, "whole", settings);
  train(2, "parts", settings + " train.steps=3");
  fs::remove(file);
  train(2, "parts", settings + " --resume auto");
  EXPECT_THAT(different_tensors(checkpoint("parts", 2 * kStepsPerEpoch),
                                checkpoint("whole", 2 * kStepsPerEpoch)),
              IsEmpty());
}

TEST_F(Weights, that_cannot_serve_are_refused_once_and_by_name) {
  const fs::path data = fs::path(AG_SOURCE_DIR) / "tests" / "data" / "weights";
  expect_refused(data / "calls_system.pth", "its pickle asks for 'posix.system'");
  expect_refused(data / "nested.h5", "its names are none of mobilenet_v1's known here");
  expect_refused(folder() / "absent.h5", "can't read the weights: No such file");
  const fs::path file = weights_of_a_run();
  const fs::path cut = folder() / "cut.safetensors";
  fs::copy_file(file, cut);
  fs::resize_file(cut, fs::file_size(cut) / 2);
  expect_refused(cut, "is cut");
}

}  // namespace
}  // namespace ag::test
