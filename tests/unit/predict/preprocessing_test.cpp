// What the network sees of a face: in training, in validation and in prediction the same.
#include <gtest/gtest.h>

#include <fstream>
#include <span>

#include "framework/core/atomic_file.h"
#include "framework/data/network_input.h"
#include "launch/agpredict/photo_preparer.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/loader/loader_fixture.h"

namespace ag::predict {
namespace {

constexpr int kSize = 32;

class PreprocessingTest : public testing::Test {
 protected:
  PreprocessingTest() {
    loader::write_jpeg_dataset(folder_ / "data");
    dataset_ = data::Dataset::open(folder_ / "data");
  }

  // A validation picture as the loader hands it to the network.
  std::vector<std::vector<float>> as_validated() {
    data::DatasetConfig config;
    config.size = kSize;
    loader::Loader loader(
        *dataset_, config, {},
        {.split = data::Split::kValidation, .global_batch = kCount, .training = false});
    loader.start(0);
    const loader::Batch& batch = loader.next();
    std::vector<std::vector<float>> rows;
    for (std::int64_t i = 0; i < kCount; ++i) rows.push_back(loader::row_of(batch, i).picture);
    return rows;
  }

  // The same picture as a file on its way through a prediction.
  std::vector<float> as_predicted(std::int64_t index) {
    const auto bytes = dataset_->sample(data::Split::kValidation, index).picture;
    const std::filesystem::path file = folder_ / "face.jpg";
    write_file_atomically(
        file, std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    PhotoPreparer preparer({.detector = vision::DetectorKind::kNone}, kSize, false);
    const PreparedPhoto prepared = preparer.prepare({file, file.string(), {}});
    EXPECT_FALSE(prepared.complaint) << *prepared.complaint;
    data::NetworkInput input(kSize);
    std::vector<float> numbers(input.numbers());
    input.scale(prepared.fitted.at(0), numbers);
    return numbers;
  }

  static constexpr std::int64_t kCount = loader::kValidationPictures;
  test::TemporaryFolder folder_;
  std::optional<data::Dataset> dataset_;
};

TEST_F(PreprocessingTest, of_a_crop_is_the_same_to_the_bit_in_validation_and_prediction) {
  const auto validated = as_validated();
  for (std::int64_t i = 0; i < kCount; ++i)
    EXPECT_EQ(as_predicted(i), validated[static_cast<std::size_t>(i)]) << "picture " << i;
}

// A photo in which a face stands with exactly the data set's margin around it.
TEST_F(PreprocessingTest, of_a_face_in_a_photo_is_that_of_its_crop) {
  constexpr double kMargin = 0.4;
  const data::Picture photo = loader::face(1, 200, 150);
  const vision::Box box = {50, 40, 60, 60};
  const vision::Face face = {.box = box, .crop = vision::widened(box, kMargin)};
  data::Picture crop;
  vision::FaceFinder::cut_out(photo, face, crop);
  ASSERT_EQ(crop.width, 108);  // 60 and 24 on each side
  ASSERT_EQ(crop.height, 108);
  for (int y = 0; y < crop.height; ++y) {
    const auto* expected = &photo.rgb[(static_cast<std::size_t>(y + 16) * 200 + 26) * 3];
    const auto* found = &crop.rgb[static_cast<std::size_t>(y) * 108 * 3];
    ASSERT_TRUE(std::equal(expected, expected + 108 * 3, found)) << "row " << y;
  }
}

// Red is first all the way: a red face isn't taken for a blue one.
TEST_F(PreprocessingTest, colours_stay_in_their_order) {
  data::Picture red{kSize, kSize, {}};
  for (int i = 0; i < kSize * kSize; ++i) red.rgb.insert(red.rgb.end(), {255, 0, 127});
  data::NetworkInput input(kSize);
  std::vector<std::uint8_t> fitted(input.numbers());
  std::vector<float> numbers(input.numbers());
  input.fit(red.rgb, kSize, kSize, fitted);
  input.scale(fitted, numbers);
  EXPECT_EQ(numbers[0], 1.0F);
  EXPECT_EQ(numbers[1], -1.0F);
  EXPECT_FLOAT_EQ(numbers[2], 127 / 127.5F - 1);
}

}  // namespace
}  // namespace ag::predict
