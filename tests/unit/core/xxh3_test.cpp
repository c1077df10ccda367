#include "framework/core/xxh3.h"

#include <gtest/gtest.h>
#include <xxhash.h>

#include <string>

namespace ag {
namespace {

std::span<const std::byte> text_bytes(std::string_view text) {
  return std::as_bytes(std::span(text));
}

TEST(Xxh3, is_that_of_the_library_without_a_seed) {
  EXPECT_EQ(xxh3(""), 0x2d06800538d394c2U);  // as xxHash's own self test has it
  const std::string text = "runs/sweeps/width_by_size";
  EXPECT_EQ(xxh3(text), XXH3_64bits(text.data(), text.size()));
  EXPECT_EQ(xxh3(text), xxh3(text_bytes(text)));
}

TEST(Xxh3, of_pieces_is_that_of_the_whole) {
  const std::string text(1000, 'x');
  Xxh3 hash;
  EXPECT_EQ(hash.value(), xxh3(""));
  hash.add(text_bytes(text).first(1));
  hash.add({});
  hash.add(text_bytes(text).subspan(1));
  EXPECT_EQ(hash.value(), xxh3(text));
}

TEST(Xxh3, is_written_in_16_digits) {
  EXPECT_EQ(hex(0), "0000000000000000");
  EXPECT_EQ(hex(0x2d06800538d394c2U), "2d06800538d394c2");
}

}  // namespace
}  // namespace ag
