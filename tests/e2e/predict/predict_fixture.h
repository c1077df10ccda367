// A network that has just been trained on the tiny data set, and photos to ask it about.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "framework/data/picture.h"
#include "tests/e2e/train/training_fixture.h"

namespace ag::test {

class PredictTest : public TrainingTest {
 protected:
  void SetUp() override;

  // agpredict's own command line, in the test's folder.
  std::string agpredict(const std::string& arguments) const;
  // Runs it to its end.
  Ended predict(const std::string& arguments, double seconds = 300) const;
  // The same about these photos with --json and this network: a value for each line of standard
  // output.
  std::vector<nlohmann::json> answers(const std::string& photos_and_options) const;

  // The newest checkpoint of the only run.
  std::filesystem::path network() const { return checkpoint_path("runs", kStepsPerEpoch); }

  // Writes a file of the test's folder.
  void write(const std::string& name, const std::string& content) const;
  // A coloured gradient as JPEG or, by the name's end, as PNG.
  void write_photo(const std::string& name, int width, int height) const;
  void write_photo(const std::string& name, const data::Picture& picture) const;
};

// The pixels of a PNG or JPEG file.
data::Picture read_photo(const std::filesystem::path& path);

}  // namespace ag::test
