// agpredict evaluate: the figures of the training's own validation, and more of them.
#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>
#include <map>
#include <sstream>

#include "framework/core/atomic_file.h"
#include "framework/data/dataset.h"
#include "tests/e2e/predict/predict_fixture.h"

namespace ag::test {
namespace {

using testing::HasSubstr;

class Evaluate : public PredictTest {
 protected:
  Ended evaluate(const std::string& options) const {
    return predict(fmt::format("evaluate {} data --threads 1 --db runs/tracking.db {}",
                               network().string(), options));
  }

  // Writes the validation pictures as PNG files, in their order.
  void write_validation_pictures(const data::Dataset& dataset) const {
    for (std::int64_t i = 0; i < kValidation; ++i) {
      const data::SampleView view = dataset.sample(data::Split::kValidation, i);
      const auto* pixels = reinterpret_cast<const std::uint8_t*>(view.picture.data());
      write_photo(fmt::format("crops/{}.png", i),
                  {view.width, view.height, {pixels, pixels + view.picture.size()}});
    }
  }
};

TEST_F(Evaluate, tells_and_tracks_what_validation_told) {
  const Ended ended = evaluate("--html report.html --csv answers.csv");
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("tracked in runs/tracking.db"));
  const std::map<std::string, double> tracked = metrics("runs", 1);
  for (const char* name : {"age_mae", "age_cs5", "age_accuracy", "gender_accuracy"}) {
    EXPECT_NEAR(tracked.at(fmt::format("val@tiny/{}", name)),
                tracked.at(fmt::format("val/{}", name)), 1e-12)
        << name;
  }
  EXPECT_THAT(read_file(folder() / "report.html"), HasSubstr("data:image/jpeg;base64,"));
  const std::string csv = read_file(folder() / "answers.csv");
  EXPECT_EQ(std::ranges::count(csv, '\n'), kValidation + 1);
}

TEST_F(Evaluate, of_pictures_as_files_finds_the_same_error_to_the_bit_of_each) {
  const data::Dataset dataset = data::Dataset::open(folder() / "data");
  write_validation_pictures(dataset);
  ASSERT_EQ(evaluate("--csv answers.csv").code, 0);
  const auto told = answers("crops --no-detect");
  ASSERT_EQ(told.size(), static_cast<std::size_t>(kValidation));

  std::istringstream csv(read_file(folder() / "answers.csv"));
  std::string line;
  std::getline(csv, line);
  ASSERT_THAT(line, testing::StartsWith("index,source,age,told_age"));
  double error = 0;
  for (const nlohmann::json& photo : told) {
    std::getline(csv, line);
    std::istringstream fields(line);
    std::vector<std::string> values;
    for (std::string field; std::getline(fields, field, ',');) values.push_back(field);
    const double age = photo["faces"][0]["age"]["mean"];
    EXPECT_EQ(age, std::stod(values[3]));
    error += std::abs(age - std::stod(values[2]));
  }
  EXPECT_NEAR(error / kValidation, metrics("runs", 1).at("val/age_mae"), 1e-12);
}

TEST_F(Evaluate, folded_tells_the_same_within_rounding) {
  ASSERT_EQ(evaluate("--fold").code, 0);
  const std::map<std::string, double> tracked = metrics("runs", 1);
  EXPECT_NEAR(tracked.at("val@tiny/age_mae"), tracked.at("val/age_mae"), 1e-4);
}

TEST_F(Evaluate, says_what_is_wrong_with_a_split_or_a_data_set) {
  const Ended none = evaluate("--split test");
  EXPECT_EQ(none.code, 2);
  EXPECT_THAT(none.output, HasSubstr("has no test pictures"));
  const Ended gone = predict(fmt::format("evaluate {} nowhere", network().string()));
  EXPECT_EQ(gone.code, 2);
  EXPECT_THAT(gone.output, HasSubstr("nowhere"));
}

}  // namespace
}  // namespace ag::test
