// A tiny data set and experiment, and runs of agtrain on them.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "framework/core/safetensors.h"
#include "tests/e2e/train/process.h"
#include "tests/support/temporary_folder.h"

namespace ag::test {

// 54 pictures to train on in batches of 12, so that the last batch of an epoch holds six and, with
// two ranks or more, leaves a rank without a picture; 9 to validate.
class TrainingTest : public ::testing::Test {
 protected:
  static constexpr std::int64_t kTrain = 54;
  static constexpr std::int64_t kValidation = 9;
  static constexpr std::int64_t kStepsPerEpoch = 5;
  // With these settings N ranks equal one.
  static constexpr const char* kExact =
      "train.precision=fp64 train.sync_batchnorm=true dataset.size=64 comm.bucket_mb=0.02";

  void SetUp() override;

  // Packs the data set anew, of so many pictures.
  void pack(std::int64_t train, std::int64_t validation) const;
  // What the commands below train from now on, instead of the tiny experiment.
  void use_experiment(const std::filesystem::path& yaml) { experiment_ = yaml; }

  // The command that trains on `ranks` ranks (0: alone, without mpirun) with these settings,
  // everything in folder `name`.
  std::string command(int ranks, const std::string& name, const std::string& settings) const;
  // Runs it and expects it to end well.
  void train(int ranks, const std::string& name, const std::string& settings) const;

  // The checkpoint after `step` of the only run in folder `name`.
  Safetensors checkpoint(const std::string& name, std::int64_t step) const;
  std::filesystem::path checkpoint_path(const std::string& name, std::int64_t step) const;
  // Every metric of the epoch (from 1) of the only run in folder `name` that isn't a time or a
  // size.
  std::map<std::string, double> metrics(const std::string& name, std::int64_t epoch) const;

  const std::filesystem::path& folder() const { return scratch_->path(); }

 private:
  std::unique_ptr<TemporaryFolder> scratch_;
  std::filesystem::path experiment_;
};

// ||a - b|| / ||b|| over all F64 tensors whose names begin with `prefix`, or over those that hold
// the model's parameters where it is empty. Throws where the files don't hold the same names.
double relative_difference(const Safetensors& a, const Safetensors& b, const std::string& prefix);

// The names of tensors whose bytes differ.
std::vector<std::string> different_tensors(const Safetensors& a, const Safetensors& b);

}  // namespace ag::test
