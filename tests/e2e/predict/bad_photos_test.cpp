// Files that are no photos, or bad ones: each has its line, and the others are done.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "framework/core/atomic_file.h"
#include "tests/e2e/predict/predict_fixture.h"

namespace ag::test {
namespace {

using testing::HasSubstr;

class BadPhotos : public PredictTest {};

// The first bytes of a PNG of that size whose pixels are missing.
std::string png_header(std::uint32_t width, std::uint32_t height) {
  const auto big_endian = [](std::uint32_t value) {
    std::string bytes;
    for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(value >> shift & 0xFF);
    return bytes;
  };
  std::string ihdr =
      "IHDR" + big_endian(width) + big_endian(height) + std::string("\x08\x02\0\0\0", 5);
  std::uint32_t crc = 0xFFFFFFFF;  // PNG's check sum: ISO 3309
  for (const char byte : ihdr) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
  }
  return std::string("\x89PNG\r\n\x1a\n", 8) + big_endian(13) + ihdr + big_endian(~crc);
}

TEST_F(BadPhotos, have_a_line_each_while_the_others_are_done) {
  write_photo("good.jpg", 80, 60);
  const std::string good = read_file(folder() / "good.jpg");
  write("cut.jpg", good.substr(0, good.size() / 2));
  write("empty.jpg", "");
  write("notes.jpg", "Dear diary, today I wrote a text file.\n");
  write("huge.png", png_header(20'000, 20'000));
  write_photo("one.png", 1, 1);
  write_photo("last.png", 80, 60);
  const Ended ended = predict(
      fmt::format("cut.jpg empty.jpg good.jpg notes.jpg huge.png one.png gone.jpg . last.png "
                  "--no-detect --checkpoint {}",
                  network().string()));
  EXPECT_EQ(ended.code, 1) << ended.output;
  for (const char* line :
       {"agpredict: cut.jpg: ", "agpredict: empty.jpg: ", "agpredict: notes.jpg: ",
        "agpredict: huge.png: ", "agpredict: gone.jpg: ", "20000 x 20000", "good.jpg  face 1 of 1",
        "one.png  face 1 of 1", "last.png  face 1 of 1"}) {
    EXPECT_THAT(ended.output, HasSubstr(line));
  }
}

TEST_F(BadPhotos, are_an_error_in_their_line_of_json) {
  write("empty.jpg", "");
  write_photo("good.png", 40, 40);
  const auto told = answers("empty.jpg good.png --no-detect");
  ASSERT_EQ(told.size(), 2U);
  EXPECT_TRUE(told[0].contains("error"));
  EXPECT_EQ(told[1]["faces"].size(), 1U);
}

TEST_F(BadPhotos, of_which_the_copy_cant_be_written_fail_alone) {
  write_photo("a.png", 40, 40);
  write("drawn", "a file where a folder should be");
  const Ended ended =
      predict(fmt::format("a.png --no-detect --out drawn --checkpoint {}", network().string()));
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.output, HasSubstr("agpredict: a.png: "));
}

TEST_F(BadPhotos, and_bad_words_are_told_before_any_work) {
  write_photo("a.png", 40, 40);
  EXPECT_EQ(predict("a.png").code, 2);
  EXPECT_EQ(predict("--checkpoint x").code, 2);
  const Ended no_network = predict("a.png --checkpoint nowhere");
  EXPECT_EQ(no_network.code, 2);
  EXPECT_THAT(no_network.output, HasSubstr("nowhere"));
  EXPECT_THAT(predict("evalute x data").output, HasSubstr("did you mean evaluate?"));
  EXPECT_EQ(predict("--help").code, 0);
}

}  // namespace
}  // namespace ag::test
