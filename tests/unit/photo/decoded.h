// What a photo reader makes of a file's bytes.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "framework/photo/photo_reader.h"
#include "tests/support/made_photos.h"

namespace ag::photo {

// The photo in `file`, which a new reader accepts.
inline data::Picture decoded(const test::Bytes& file) {
  data::Picture photo;
  EXPECT_EQ(PhotoReader().decode(file, photo), std::nullopt);
  EXPECT_EQ(photo.rgb.size(), static_cast<std::size_t>(photo.width) * photo.height * 3);
  return photo;
}

inline std::string complaint_of(const test::Bytes& file) {
  data::Picture photo;
  return PhotoReader().decode(file, photo).value_or("none");
}

}  // namespace ag::photo
