#include "launch/agpredict/photo_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace ag::predict {
namespace {

using testing::HasSubstr;

AnsweredFace face() {
  AnsweredFace answered;
  answered.face = {.box = {10, 20, 30.25, 40},
                   .score = 1.5,
                   .landmarks = {{1, 2}, {3, 4}},
                   .crop = {0, 10, 60, 60},
                   .slope = 0};
  answered.answer = {
      .age = 34.4, .range = deploy::AgeRange{27, 41}, .named_age = 33, .male = 0.0325};
  return answered;
}

PhotoResult result_of(std::vector<AnsweredFace> faces) {
  return {.source = {.path = "a.jpg", .name = "a,b.jpg", .copy = "a.jpg"},
          .complaint = {},
          .width = 640,
          .height = 480,
          .faces = std::move(faces)};
}

TEST(PhotoText, a_label_tells_gender_with_its_probability_and_age_with_its_spread) {
  EXPECT_EQ(label_of(face().answer), "female 96%  34 (27–41)");
  deploy::FaceAnswer sure = face().answer;
  sure.male = 0.9999;
  sure.range = {};
  EXPECT_EQ(label_of(sure), "male 99%  34");  // 100% is for certainty
}

TEST(PhotoText, a_line_for_each_face_or_one_that_there_is_none) {
  const report::Terminal plain;
  EXPECT_EQ(to_text(result_of({face(), face()}), plain),
            "a,b.jpg  face 1 of 2  female 96%  34 (27–41)  at 10,20, 30 x 40\n"
            "a,b.jpg  face 2 of 2  female 96%  34 (27–41)  at 10,20, 30 x 40\n");
  EXPECT_EQ(to_text(result_of({}), plain), "a,b.jpg  no face found\n");
}

TEST(PhotoText, json_holds_everything_in_one_line) {
  const std::string line = to_json(result_of({face()}));
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const nlohmann::json photo = nlohmann::json::parse(line);
  EXPECT_EQ(photo["photo"], "a,b.jpg");
  EXPECT_EQ(photo["width"], 640);
  ASSERT_EQ(photo["faces"].size(), 1U);
  const nlohmann::json& told = photo["faces"][0];
  EXPECT_EQ(told["box"], (nlohmann::json{10.0, 20.0, 30.3, 40.0}));
  EXPECT_EQ(told["landmarks"], (nlohmann::json{{1, 2}, {3, 4}}));
  EXPECT_EQ(told["gender"], "female");
  EXPECT_DOUBLE_EQ(told["p_male"], 0.0325);
  EXPECT_DOUBLE_EQ(told["p_female"], 1 - 0.0325);
  EXPECT_DOUBLE_EQ(told["age"]["mean"], 34.4);
  EXPECT_EQ(told["age"]["likeliest"], 33);
  EXPECT_EQ(told["age"]["p10"], 27);
  EXPECT_EQ(told["age"]["p90"], 41);
}

TEST(PhotoText, json_of_an_age_alone_has_no_range) {
  AnsweredFace answered = face();
  answered.answer.range = {};
  const nlohmann::json photo = nlohmann::json::parse(to_json(result_of({answered})));
  EXPECT_TRUE(photo["faces"][0]["age"]["p10"].is_null());
}

TEST(PhotoText, json_of_a_photo_that_cant_be_read_says_why_whatever_its_name_is) {
  PhotoResult result = result_of({});
  result.source.name = "caf\xe9.jpg";  // Latin-1
  result.complaint = "is empty";
  const nlohmann::json photo = nlohmann::json::parse(to_json(result));
  EXPECT_EQ(photo["error"], "is empty");
  EXPECT_FALSE(photo.contains("faces"));
}

TEST(PhotoText, csv_has_a_row_for_each_face_with_as_many_fields_as_the_header) {
  const auto commas = [](const std::string& text) { return std::ranges::count(text, ','); };
  const std::string row = to_csv(result_of({face()}));
  EXPECT_THAT(row, HasSubstr("\"a,b.jpg\",1,10.0,20.0,30.2"));
  EXPECT_EQ(commas(row), commas(csv_header()) + 1);  // one more within quotes
  AnsweredFace alone = face();
  alone.answer.range = {};
  EXPECT_EQ(commas(to_csv(result_of({alone}))), commas(csv_header()) + 1);
  EXPECT_EQ(to_csv(result_of({})), "");
}

}  // namespace
}  // namespace ag::predict
