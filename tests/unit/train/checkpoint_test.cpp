#include "framework/train/checkpoint.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>

#include <fstream>

#include "framework/core/atomic_file.h"
#include "framework/core/error.h"
#include "framework/core/safetensors.h"
#include "tests/support/temporary_folder.h"

namespace ag::train {
namespace {
namespace fs = std::filesystem;

using ::testing::HasSubstr;

std::unique_ptr<nn::Network> network(std::uint64_t seed, const nn::ModelConfig& model) {
  return nn::make_network(model, 32, at::kFloat, seed);
}

std::unique_ptr<optim::Optimizer> optimizer(const nn::Network& of) {
  std::vector<optim::OptimizedParameter> parameters;
  for (const nn::NamedTensor& item : of.parameters()) {
    parameters.push_back({item.name, item.tensor, true});
    item.tensor.mutable_grad() = at::full_like(item.tensor, 0.25);
  }
  optim::OptimizerConfig config;
  return std::make_unique<optim::Optimizer>(config, parameters);
}

TrainingState a_state() {
  TrainingState state;
  state.cursor = {3, 17, 1234};
  for (std::size_t i = 0; i < state.epoch_sums.values.size(); ++i)
    state.epoch_sums.values[i] = 1.0 / (3.0 + static_cast<double>(i));
  state.plateau = {{"factor", "0.1"}, {"waited", "2"}};
  state.best = 1.0 / 7;
  state.crop_margin = 0.4;
  state.run_id = "7f3a";
  state.run_name = "tiny";
  state.config_yaml = "name: tiny\nseed: 5\n";
  state.identity = {{"seed", "5"}, {"model.width", "0.25"}};
  return state;
}

class CheckpointTest : public ::testing::Test {
 protected:
  fs::path path() const { return scratch_ / "step-00001234.safetensors"; }
  std::string complaint() const {
    try {
      Checkpoint::read(path());
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
  test::TemporaryFolder scratch_;
};

TEST_F(CheckpointTest, everything_comes_back_to_the_last_bit) {
  const auto saved = network(1, {.width = 0.25, .hidden = 16});
  const auto saved_optimizer = optimizer(*saved);
  saved_optimizer->step({.lr = 0.1, .momentum = 0.9});
  const TrainingState state = a_state();
  save_checkpoint(path(), state, *saved, *saved_optimizer);

  const auto loaded = network(2, {.width = 0.25, .hidden = 16});
  const auto loaded_optimizer = optimizer(*loaded);
  const Checkpoint checkpoint = Checkpoint::read(path());
  checkpoint.restore(*loaded);
  checkpoint.restore(*loaded_optimizer);
  for (std::size_t i = 0; i < saved->parameters().size(); ++i) {
    EXPECT_TRUE(at::equal(saved->parameters()[i].tensor, loaded->parameters()[i].tensor))
        << saved->parameters()[i].name;
    EXPECT_EQ(saved->parameters()[i].tensor.strides(), loaded->parameters()[i].tensor.strides());
  }
  for (std::size_t i = 0; i < saved_optimizer->state().size(); ++i) {
    EXPECT_TRUE(at::equal(saved_optimizer->state()[i].tensor, loaded_optimizer->state()[i].tensor));
  }
  EXPECT_EQ(loaded_optimizer->steps(), 1);
  const TrainingState& back = checkpoint.state();
  EXPECT_EQ(back.cursor.epoch, 3);
  EXPECT_EQ(back.cursor.step_in_epoch, 17);
  EXPECT_EQ(back.cursor.steps, 1234);
  EXPECT_EQ(back.epoch_sums.values, state.epoch_sums.values);
  EXPECT_EQ(back.plateau, state.plateau);
  EXPECT_EQ(back.best, state.best);
  EXPECT_EQ(back.crop_margin, state.crop_margin);
  EXPECT_EQ(back.run_id, "7f3a");
  EXPECT_EQ(back.config_yaml, state.config_yaml);
  EXPECT_EQ(back.identity, state.identity);
}

TEST_F(CheckpointTest, another_network_is_refused_with_the_tensors_name) {
  const auto saved = network(1, {.width = 0.25, .hidden = 16});
  save_checkpoint(path(), a_state(), *saved, *optimizer(*saved));
  const auto wider = network(1, {.width = 0.5, .hidden = 16});
  try {
    Checkpoint::read(path()).restore(*wider);
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(),
                HasSubstr("'" + wider->parameters().front().name + "' has another shape"));
  }
}

TEST_F(CheckpointTest, a_changed_byte_is_noticed) {
  const auto saved = network(1, {.width = 0.25, .hidden = 16});
  save_checkpoint(path(), a_state(), *saved, *optimizer(*saved));
  std::string bytes = read_file(path());
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  write_file_atomically(path(), bytes);
  EXPECT_THAT(complaint(), HasSubstr(path().string()));
}

TEST_F(CheckpointTest, a_foreign_safetensors_file_is_told_from_a_checkpoint) {
  write_safetensors(path(), {}, {{"format", "pt"}});
  EXPECT_THAT(complaint(), HasSubstr("isn't a checkpoint of agtrain"));
}

TEST_F(CheckpointTest, a_later_version_names_both_versions) {
  write_safetensors(path(), {}, {{"format", "agtrain-checkpoint"}, {"version", "2"}});
  EXPECT_THAT(complaint(), HasSubstr("has version 2, this program reads up to 1"));
}

}  // namespace
}  // namespace ag::train
