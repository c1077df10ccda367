// The real ImageNet weights on a real photo: what Keras says of it, the same names and numbers must
// say here.

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "framework/core/atomic_file.h"
#include "framework/core/hdf5/hdf5_handle.h"
#include "framework/data/jpeg.h"
#include "framework/data/resize.h"
#include "framework/nn/classifier.h"
#include "framework/nn/network.h"
#include "framework/nn/weights/load_into.h"
#include "tests/support/real_data.h"

namespace ag::weights {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr int kInput = 224;
constexpr std::size_t kBackbone = 27 + 27 * 4;  // convolutions, and four vectors of each BatchNorm

nn::ModelConfig mobilenet_075() {
  nn::ModelConfig config;
  config.width = 0.75;
  return config;
}

// [1, 3, 224, 224] in [-1, 1].
at::Tensor photo(const std::filesystem::path& path) {
  const std::string bytes = read_file(path);
  data::Picture decoded, resized;
  const auto complaint = data::JpegDecoder().decode(std::as_bytes(std::span(bytes)), decoded);
  EXPECT_FALSE(complaint.has_value());
  data::resize_bilinear(decoded, kInput, kInput, resized);
  const at::Tensor pixels =
      at::from_blob(resized.rgb.data(), {1, kInput, kInput, 3}, at::TensorOptions(at::kByte));
  return pixels.permute({0, 3, 1, 2}).to(at::kFloat) / 127.5 - 1;
}

TEST(ImageNet, the_dogs_are_an_australian_terrier) {
  const auto file = test::real_data("keras/imagenet_mobilenet_v1_0.75_224_top.weights.h5");
  const auto labels = test::real_data("keras/imagenet_labels.json");
  const auto dogs = test::real_data("photos/dogs.jpg");
  if (!file || !labels || !dogs) GTEST_SKIP() << test::kNoRealData;
  const auto classifier = nn::make_classifier(mobilenet_075(), kInput, 1000, at::kFloat, 1);
  const ImportReport report = load_into(*classifier, read_weights(*file), *file);
  EXPECT_THAT(report.matched, SizeIs(kBackbone + 2));
  EXPECT_THAT(report.missing, IsEmpty());
  EXPECT_THAT(report.left_out, IsEmpty());
  EXPECT_THAT(report.warnings, IsEmpty());

  const c10::NoGradGuard no_grad;
  const at::Tensor logits = classifier->forward(photo(*dogs), nn::ForwardContext());
  const auto [probability, number] = at::softmax(logits, 1).max(1);
  const nlohmann::json names = nlohmann::json::parse(std::ifstream(*labels));
  const std::string name = names.at(static_cast<std::size_t>(number.item<std::int64_t>()));
  EXPECT_THAT(name, HasSubstr("Australian terrier"));
  // Keras 3.15 with these weights on the photo that Pillow's BILINEAR shrank; BICUBIC gives 0.9408.
  EXPECT_NEAR(probability.item<double>(), 0.948416, 1e-5);
}

TEST(ImageNet, a_network_with_our_heads_takes_the_backbone) {
  const auto whole = test::real_data("keras/imagenet_mobilenet_v1_0.75_224_no_top.h5");
  const auto top = test::real_data("keras/imagenet_mobilenet_v1_0.75_224_top.weights.h5");
  if (!whole || !top) GTEST_SKIP() << test::kNoRealData;
  const auto from_whole = nn::make_network(mobilenet_075(), 64, at::kFloat, 1);
  const ImportReport report = load_into(*from_whole, read_weights(*whole), *whole);
  EXPECT_THAT(report.matched, SizeIs(kBackbone));
  EXPECT_THAT(report.missing, SizeIs(6));
  EXPECT_THAT(report.missing, Each(StartsWith("head.")));
  EXPECT_THAT(report.left_out, IsEmpty());

  const auto from_top = nn::make_network(mobilenet_075(), 64, at::kFloat, 1);
  ASSERT_THAT(load_into(*from_top, read_weights(*top), *top).left_out, SizeIs(2));
  for (std::size_t i = 0; i < from_top->parameters().size(); ++i) {
    EXPECT_TRUE(at::equal(from_top->parameters()[i].tensor, from_whole->parameters()[i].tensor));
  }
}

// What the file calls its layers beside what it numbers them: either way to the same tensor.
TEST(ImageNet, names_by_class_mean_what_the_layers_names_mean) {
  const auto file = test::real_data("keras/imagenet_mobilenet_v1_0.75_224_top.weights.h5");
  if (!file) GTEST_SKIP() << test::kNoRealData;
  const auto classifier = nn::make_classifier(mobilenet_075(), 32, 1000, at::kFloat, 1);
  const std::vector<nn::NamedTensor> tensors = all_tensors(*classifier);
  const NameMap by_name = make_name_map("mobilenet_v1", Naming::kKeras3, tensors);
  const NameMap by_class = make_name_map("mobilenet_v1", Naming::kKerasByClass, tensors);
  const Hdf5Handle opened(H5Fopen(file->c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  ASSERT_TRUE(opened.valid());
  for (const ForeignName& entry : by_class.entries()) {
    const std::string group =
        "layers/" + entry.foreign.substr(0, entry.foreign.find('/')) + "/vars";
    const Hdf5Handle attribute(
        H5Aopen_by_name(opened.get(), group.c_str(), "name", H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
    ASSERT_TRUE(attribute.valid()) << group;
    const Hdf5Handle type(H5Aget_type(attribute.get()), H5Tclose);
    char* name = nullptr;
    H5Aread(attribute.get(), type.get(), &name);
    const std::string expected = by_name.by_ours(entry.ours)->foreign;
    EXPECT_EQ(std::string(name), expected.substr(0, expected.find('/')));
    H5free_memory(name);
  }
}

}  // namespace
}  // namespace ag::weights
