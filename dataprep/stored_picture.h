// From a picture's file to the bytes that a shard stores of it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "dataprep/source_row.h"
#include "framework/data/dataset.h"
#include "framework/data/resize.h"
#include "framework/photo/photo_reader.h"

namespace ag::dataprep {

struct StoreOptions {
  data::Encoding encoding = data::Encoding::kJpeg;
  // jpeg: pictures whose shorter side is longer than this many pixels are shrunk to it; 0 shrinks
  // nothing. Other JPEG files are kept byte for byte, unless EXIF says that they lie on their side:
  // who trains on them sees them as people do. raw: every picture is resized to size x size.
  int size = 256;
  int quality = 92;  // of JPEGs that aren't kept as they were
};

struct StoredPicture {
  std::optional<Reason> defect;  // then there are no bytes
  std::vector<std::byte> bytes;
};

// What is wrong with a file from outside: missing or empty.
std::optional<Reason> file_defect(const std::filesystem::path& path);

// Checks each picture by decoding it whole. One per thread.
class PictureStore {
 public:
  explicit PictureStore(const StoreOptions& options) : options_(options) {}

  StoredPicture prepare(const std::filesystem::path& path);

 private:
  void resize(int width, int height);

  StoreOptions options_;
  photo::PhotoReader reader_;
  data::BilinearResizer resizer_;
  data::Picture picture_;
  data::Picture resized_;
};

}  // namespace ag::dataprep
