// What agpredict tells of photos.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdlib>

#include "framework/core/atomic_file.h"
#include "tests/e2e/predict/predict_fixture.h"
#include "tests/support/real_data.h"

namespace ag::test {
namespace {
namespace fs = std::filesystem;

using testing::HasSubstr;

class Photos : public PredictTest {};

TEST_F(Photos, that_are_crops_already_are_one_face_each_in_every_form) {
  write_photo("crops/a.png", 40, 40);
  write_photo("crops/b.jpg", 64, 50);
  const auto told = answers("crops --no-detect");
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0]["photo"], "crops/a.png");
  EXPECT_EQ(told[1]["faces"][0]["box"], (nlohmann::json{0.0, 0.0, 64.0, 50.0}));
  const nlohmann::json& face = told[0]["faces"][0];
  EXPECT_NEAR(face["p_female"].get<double>() + face["p_male"].get<double>(), 1, 1e-12);
  EXPECT_LE(face["age"]["p10"], face["age"]["p90"]);

  const Ended text = predict(fmt::format("crops --no-detect --checkpoint {}", network().string()));
  EXPECT_EQ(text.code, 0);
  EXPECT_THAT(text.output, HasSubstr("crops/a.png  face 1 of 1"));
  EXPECT_THAT(text.output, HasSubstr("2 photos, 2 faces"));
  const Ended csv = predict(
      fmt::format("crops --no-detect --csv --checkpoint {} 2>messages", network().string()));
  EXPECT_THAT(csv.output, HasSubstr("photo,face,left"));
  EXPECT_THAT(csv.output, HasSubstr("\ncrops/b.jpg,1,0.0,0.0,64.0,50.0,"));
}

TEST_F(Photos, are_answered_alike_whatever_threads_and_batches_they_come_in) {
  for (int i = 0; i < 9; ++i) write_photo(fmt::format("crops/{}.png", i), 40 + i, 44);
  const auto alone = answers("crops --no-detect --threads 1 --batch 1");
  ASSERT_EQ(alone.size(), 9U);
  EXPECT_EQ(answers("crops --no-detect --threads 3 --batch 4"), alone);
}

TEST_F(Photos, come_from_standard_input_too) {
  write_photo("a.png", 40, 40);
  const auto told = answers("- --no-detect <a.png");
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0]["photo"], "-");
  EXPECT_EQ(told[0]["faces"], answers("a.png --no-detect")[0]["faces"]);
}

TEST_F(Photos, are_asked_about_by_a_runs_id) {
  write_photo("a.png", 40, 40);
  const std::string id = network().parent_path().filename().string();
  const Ended ended = predict(fmt::format("a.png --no-detect --run {} --db runs/tracking.db", id));
  EXPECT_EQ(ended.code, 0) << ended.output;
  const Ended unknown = predict("a.png --no-detect --run zz --db runs/tracking.db");
  EXPECT_EQ(unknown.code, 2) << unknown.output;
  EXPECT_THAT(unknown.output, HasSubstr("zz"));
}

TEST_F(Photos, get_annotated_copies_of_their_own_size_and_stay_as_they_are) {
  write_photo("album/one.png", 300, 200);
  write_photo("album/deep/two.jpg", 120, 90);
  const std::string before = read_file(folder() / "album/deep/two.jpg");
  const Ended ended =
      predict(fmt::format("album --no-detect --out drawn --checkpoint {}", network().string()));
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_EQ(read_file(folder() / "album/deep/two.jpg"), before);
  const data::Picture copy = read_photo(folder() / "drawn/one.jpg");
  EXPECT_EQ(copy.width, 300);
  EXPECT_EQ(copy.height, 200);
  EXPECT_TRUE(fs::exists(folder() / "drawn/deep/two.jpg"));
  EXPECT_NE(copy.rgb, read_photo(folder() / "album/one.png").rgb);

  const Ended over = predict(
      fmt::format("album/deep --no-detect --out album/deep --checkpoint {}", network().string()));
  EXPECT_EQ(over.code, 2);
  EXPECT_THAT(over.output, HasSubstr("would replace it"));
}

TEST_F(Photos, without_a_face_say_so) {
  write_photo("sky.png", 200, 150);
  const Ended ended =
      predict(fmt::format("sky.png --landmarks none --checkpoint {}", network().string()));
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("sky.png  no face found"));
  EXPECT_THAT(ended.output, HasSubstr("--margin"));  // the data set doesn't say its own
}

TEST_F(Photos, of_people_have_a_face_for_each_and_of_dogs_none) {
  const auto photos = real_data("photos");
  if (!photos) GTEST_SKIP() << kNoRealData;
  const auto told =
      answers(fmt::format("{0}/2008_002506.jpg {0}/dogs.jpg --landmarks none "
                          "--upsample 1 --margin 0.4",
                          photos->string()));
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0]["faces"].size(), 3U);  // boxes.json labels three
  EXPECT_EQ(told[1]["faces"].size(), 0U);
}

TEST_F(Photos, are_refused_with_a_way_out_where_a_model_file_is_missing) {
  write_photo("a.png", 40, 40);
  const Ended ended = predict(
      fmt::format("a.png --landmarks 68 --models nowhere --checkpoint {}", network().string()));
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.output, HasSubstr("nowhere/shape_predictor_68_face_landmarks.dat isn"));
  EXPECT_THAT(ended.output, HasSubstr("launch/setup.sh --landmarks"));
}

}  // namespace
}  // namespace ag::test
