#include "launch/agpredict/photo_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "framework/core/error.h"
#include "tests/support/temporary_folder.h"

namespace ag::predict {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class PhotoListTest : public testing::Test {
 protected:
  void make(const std::string& below) const {
    const std::filesystem::path path = folder_ / below;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << "x";
  }

  // The paths below the test's folder.
  std::vector<std::string> paths_of(const std::vector<std::string>& words) const {
    std::vector<std::string> paths;
    for (const PhotoSource& photo : list_photos(words)) {
      paths.push_back(photo.path.empty() ? "-"
                                         : photo.path.lexically_relative(folder_.path()).string());
    }
    return paths;
  }

  std::vector<std::string> copies_of(const std::vector<std::string>& words) const {
    std::vector<std::string> copies;
    for (const PhotoSource& photo : list_photos(words)) copies.push_back(photo.copy.string());
    return copies;
  }

  std::string in_folder(const std::string& below) const { return (folder_ / below).string(); }

  test::TemporaryFolder folder_;
};

TEST_F(PhotoListTest, of_a_folder_are_its_photos_and_those_of_the_folders_in_it_by_name) {
  for (const char* file : {"b.JPG", "a.png", "sub/c.jpeg", "notes.txt", "d.heic"}) make(file);
  EXPECT_THAT(paths_of({folder_.path().string()}), ElementsAre("a.png", "b.JPG", "sub/c.jpeg"));
}

TEST_F(PhotoListTest, of_a_pattern_are_the_files_that_it_matches) {
  for (const char* file : {"party1.jpg", "party2.jpg", "other.jpg"}) make(file);
  EXPECT_THAT(paths_of({in_folder("party*.jpg")}), ElementsAre("party1.jpg", "party2.jpg"));
  EXPECT_THAT(paths_of({in_folder("part[xyz]2.jpg")}), ElementsAre("party2.jpg"));
}

TEST_F(PhotoListTest, a_file_with_a_patterns_letters_in_its_name_is_that_file) {
  make("me [2024].jpg");
  EXPECT_THAT(paths_of({in_folder("me [2024].jpg")}), ElementsAre("me [2024].jpg"));
}

TEST_F(PhotoListTest, words_keep_their_order_and_whatever_a_file_is_it_is_taken) {
  for (const char* file : {"z.jpg", "a.txt"}) make(file);
  EXPECT_THAT(paths_of({in_folder("z.jpg"), "-", in_folder("a.txt"), in_folder("gone.jpg")}),
              ElementsAre("z.jpg", "-", "a.txt", "gone.jpg"));
}

TEST_F(PhotoListTest, copies_lie_as_photos_do_below_their_folder_and_none_replaces_another) {
  for (const char* file : {"album/x/me.png", "album/me.jpg", "album/me.png", "other/me.jpg"})
    make(file);
  EXPECT_THAT(copies_of({in_folder("album"), in_folder("other/me.jpg"), "-"}),
              ElementsAre("me.jpg", "me-2.jpg", "x/me.jpg", "me-3.jpg", "standard_input.jpg"));
}

TEST_F(PhotoListTest, what_means_no_photo_is_told) {
  make("empty/notes.txt");
  const auto complaint_of = [](const std::vector<std::string>& words) -> std::string {
    try {
      list_photos(words);
      return "";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::kUsage);
      return error.what();
    }
  };
  EXPECT_THAT(complaint_of({in_folder("empty")}), HasSubstr("holds no JPEG or PNG"));
  EXPECT_THAT(complaint_of({in_folder("*.jpg")}), HasSubstr("matches no file"));
  EXPECT_THAT(complaint_of({"-", "-"}), HasSubstr("named twice"));
}

}  // namespace
}  // namespace ag::predict
