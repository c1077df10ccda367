#include "framework/train/run_identity.h"

#include <gmock/gmock.h>

#include "tests/support/config_complaint.h"

namespace ag::train {
namespace {

using ::testing::HasSubstr;

const RunIdentity kSaved = {{"seed", "5"}, {"dataset.path", "4af1"}, {"model.width", "0.5"}};

std::string complaint_about(const std::string& key, const std::string& value) {
  RunIdentity own = kSaved;
  own[key] = value;
  return test::usage_complaint(
      [&] { require_same_run("a.safetensors", kSaved, own, "data/imdb"); });
}

TEST(RunIdentity, that_is_the_same_or_names_more_than_was_saved_is_let_pass) {
  EXPECT_EQ(complaint_about("seed", "5"), "");
  EXPECT_EQ(complaint_about("model.new_key", "1"), "");
}

TEST(RunIdentity, that_differs_in_a_setting_names_it_with_both_values) {
  EXPECT_EQ(complaint_about("model.width", "1"),
            "a.safetensors: was saved with model.width = 0.5, but the experiment says 1; set it as "
            "it was, or start a new run without --resume");
}

TEST(RunIdentity, of_other_pictures_names_their_folder_and_no_checksum) {
  const std::string text = complaint_about("dataset.path", "77e0");
  EXPECT_THAT(text, HasSubstr("a.safetensors: was trained on other pictures than data/imdb holds"));
  EXPECT_THAT(text, ::testing::Not(HasSubstr("77e0")));
  EXPECT_THAT(text, ::testing::Not(HasSubstr("4af1")));
}

}  // namespace
}  // namespace ag::train
