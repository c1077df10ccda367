// Data sets of small pictures that a loader can decode, and what it makes of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <utility>
#include <vector>

#include "framework/core/philox.h"
#include "framework/data/dataset_writer.h"
#include "framework/data/jpeg.h"
#include "framework/loader/loader.h"

namespace ag::loader {

constexpr int kTrainPictures = 50;
constexpr int kValidationPictures = 13;

// Picture `number`: a coloured gradient with noise, so that no two are alike.
inline data::Picture face(int number, int width, int height) {
  data::Picture picture{width, height, {}};
  RandomStream stream({4, 0, static_cast<std::uint32_t>(number), Purpose::kSample});
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c) {
        const auto noise = static_cast<int>(stream.below(40));
        picture.rgb.push_back(
            static_cast<std::uint8_t>((x * 2 + y * c + number * 9 + noise) % 256));
      }
    }
  }
  return picture;
}

inline data::SampleLabels labels_of(int number) {
  return {.age = number,
          .gender = number % 2,
          .split = number < kTrainPictures ? data::Split::kTrain : data::Split::kValidation};
}

// JPEGs of several sizes, 40 to 80 pixels.
inline void write_jpeg_dataset(const std::filesystem::path& folder) {
  data::DatasetWriter writer(folder, {.name = "faces"}, 20'000, true);
  for (int i = 0; i < kTrainPictures + kValidationPictures; ++i) {
    writer.add(data::encode_jpeg(face(i, 40 + 8 * (i % 6), 48 + 8 * (i % 5)), 90), labels_of(i));
  }
  writer.commit();
}

inline void write_raw_dataset(const std::filesystem::path& folder, int size) {
  data::DatasetInfo about{
      .name = "faces", .encoding = data::Encoding::kRaw, .width = size, .height = size};
  data::DatasetWriter writer(folder, about, 100'000, true);
  for (int i = 0; i < kTrainPictures + kValidationPictures; ++i) {
    const data::Picture picture = face(i, size, size);
    writer.add(std::as_bytes(std::span(picture.rgb)), labels_of(i));
  }
  writer.commit();
}

// A row of a batch as the loader gave it, for comparing.
struct Row {
  std::uint32_t sample = 0;
  std::int64_t age = 0;
  std::int64_t gender = 0;
  std::vector<float> picture;  // [size, size, 3]
  bool operator==(const Row&) const = default;
};

inline Row row_of(const Batch& batch, std::int64_t row) {
  const std::int64_t numbers = batch.pictures.numel() / batch.pictures.size(0);
  const float* picture = batch.pictures.const_data_ptr<float>() + row * numbers;
  const bool real = row < batch.real;
  return {real ? batch.samples[static_cast<std::size_t>(row)] : 0,
          batch.age.const_data_ptr<std::int64_t>()[row],
          batch.gender.const_data_ptr<std::int64_t>()[row],
          {picture, picture + numbers}};
}

// The real rows of the next `steps` batches.
inline std::vector<Row> take(Loader& loader, std::int64_t steps) {
  std::vector<Row> rows;
  for (std::int64_t step = 0; step < steps; ++step) {
    const Batch& batch = loader.next();
    for (std::int64_t row = 0; row < batch.real; ++row) rows.push_back(row_of(batch, row));
  }
  return rows;
}

}  // namespace ag::loader
