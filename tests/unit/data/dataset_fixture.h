// Small data sets with known content, for tests of what reads them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "framework/core/error.h"
#include "framework/data/dataset.h"
#include "framework/data/dataset_writer.h"

namespace ag::data {

// Bytes that stand for picture `number`: their count and values depend on it. Nothing here decodes
// them.
inline std::vector<std::byte> fake_picture(int number, std::size_t bytes = 0) {
  if (bytes == 0) bytes = static_cast<std::size_t>(5 + 7 * number % 40);
  std::vector<std::byte> picture(bytes);
  for (std::size_t i = 0; i < bytes; ++i) {
    picture[i] = static_cast<std::byte>((static_cast<std::size_t>(number) * 31 + i * 7) % 251);
  }
  return picture;
}

inline SampleLabels fake_labels(int number) {
  return {.age = number % 101,
          .gender = number % 2,
          .identity = static_cast<std::uint32_t>(number / 3),
          .source = static_cast<std::uint32_t>(10 * number),
          .split = static_cast<Split>(number % 5 == 0   ? 1
                                      : number % 7 == 0 ? 2
                                                        : 0)};
}

// Raw when `width` isn't 0.
inline void write_fake_dataset(const std::filesystem::path& folder, int count,
                               std::uint64_t shard_bytes, int width = 0, int height = 0) {
  DatasetInfo about{.name = "fake", .source = "a test"};
  if (width > 0) {
    about.encoding = Encoding::kRaw;
    about.width = width;
    about.height = height;
  }
  DatasetWriter writer(folder, about, shard_bytes, true);
  for (int i = 0; i < count; ++i) {
    writer.add(fake_picture(i, static_cast<std::size_t>(width * height * 3)), fake_labels(i));
  }
  writer.commit();
}

// What opening says, or "" when it opens.
inline std::string complaint_of_opening(const std::filesystem::path& folder) {
  try {
    Dataset::open(folder);
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace ag::data
