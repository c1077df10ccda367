#include "framework/nn/weights/keras_file.h"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/real_data.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/weights/hdf5_writer.h"
#include "tests/unit/weights/weights_files.h"

namespace ag::weights {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

// Numbers in the backbone of Keras's V1 at int(filters * width), from its paper's table: a stem,
// then 3x3 depthwise and 1x1 pointwise convolutions, each with four vectors of BatchNorm.
std::int64_t backbone_numbers(double width) {
  constexpr int kFilters[] = {64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024};
  auto channels = static_cast<std::int64_t>(32 * width);
  std::int64_t numbers = 3 * 3 * 3 * channels + 4 * channels;
  for (const int filters : kFilters) {
    const auto out = static_cast<std::int64_t>(filters * width);
    numbers += 9 * channels + 4 * channels + channels * out + 4 * out;
    channels = out;
  }
  return numbers;
}

std::int64_t numbers_in(const StateDict& weights) {
  std::int64_t numbers = 0;
  for (const StateDict::Entry& entry : weights.entries()) numbers += entry.tensor.numel();
  return numbers;
}

TEST(KerasFile, a_nested_keras_2_model_has_each_inner_layer_by_its_own_name) {
  const auto path = test::real_data("keras/mobilenet_0.25_64.h5");
  if (!path) GTEST_SKIP() << test::kNoRealData;
  const StateDict weights = read_weights(*path);
  EXPECT_EQ(weights.format, "Keras 2.0.6 .h5");
  // 27 convolutions with 27 BatchNorms, and outside the backbone three layers with kernel and bias.
  EXPECT_EQ(weights.entries().size(), 27u + 27u * 4u + 3u * 2u);
  const std::int64_t outside = (256 * 20 + 20) + (80 * 32 + 32) + (32 + 1);
  EXPECT_EQ(backbone_numbers(0.25), 218'544);  // as Keras counts it
  EXPECT_EQ(numbers_in(weights), 218'544 + outside);
  ASSERT_NE(weights.find("conv_dw_13/depthwise_kernel"), nullptr);
  EXPECT_THAT(weights.find("conv_dw_13/depthwise_kernel")->sizes(), ElementsAre(3, 3, 256, 1));
  EXPECT_NE(weights.find("feat_a/bias"), nullptr);
}

TEST(KerasFile, a_keras_3_whole_model_is_read_from_its_h5) {
  const auto path = test::real_data("keras/imagenet_mobilenet_v1_0.75_224_no_top.h5");
  if (!path) GTEST_SKIP() << test::kNoRealData;
  const StateDict weights = read_weights(*path);
  EXPECT_EQ(weights.entries().size(), 27u + 27u * 4u);
  EXPECT_EQ(numbers_in(weights), backbone_numbers(0.75));
  EXPECT_NE(weights.find("conv_pw_13_bn/moving_variance"), nullptr);
}

TEST(KerasFile, a_keras_3_weights_file_says_its_layers_own_names) {
  const auto path = test::real_data("keras/imagenet_mobilenet_v1_0.75_224_top.weights.h5");
  if (!path) GTEST_SKIP() << test::kNoRealData;
  const StateDict weights = read_weights(*path);
  EXPECT_EQ(weights.format, "Keras .weights.h5");
  EXPECT_EQ(weights.entries().size(), 27u + 27u * 4u + 2u);
  EXPECT_EQ(numbers_in(weights), backbone_numbers(0.75) + 768 * 1000 + 1000);
  ASSERT_NE(weights.find("conv_preds/kernel"), nullptr);
  EXPECT_THAT(weights.find("conv_preds/kernel")->sizes(), ElementsAre(1, 1, 768, 1000));
}

// The model that make.py builds numbers its weights through, so each is known by its first number:
// conv1 54, BatchNorm 4 times 2, depthwise 36, the dense layer's kernel 12.
void expect_nested_model(const StateDict& weights, const std::string& inner) {
  const auto first = [&](const std::string& name) {
    const at::Tensor* tensor = weights.find(name);
    EXPECT_NE(tensor, nullptr) << name;
    return tensor == nullptr ? -1 : tensor->flatten()[0].item<double>();
  };
  EXPECT_EQ(weights.entries().size(), 8u);
  EXPECT_EQ(first(inner + "conv1/kernel"), 0);
  EXPECT_EQ(first(inner + "conv1_bn/gamma"), 54);
  EXPECT_EQ(first(inner + "conv1_bn/beta"), 56);
  EXPECT_EQ(first(inner + "conv1_bn/moving_mean"), 58);
  EXPECT_EQ(first(inner + "conv1_bn/moving_variance"), 60);
  EXPECT_EQ(first(inner + "conv_dw_1/kernel"), 62);
  EXPECT_EQ(first("answer/kernel"), 98);
  EXPECT_EQ(first("answer/bias"), 110);
}

TEST(KerasFile, each_of_keras_3_formats_gives_the_same_names_and_numbers) {
  expect_nested_model(read_weights(test::weights_file("nested.h5")), "");
  expect_nested_model(read_weights(test::weights_file("nested.weights.h5")), "backbone/");
  expect_nested_model(read_weights(test::weights_file("nested.keras")), "backbone/");
}

class KerasFileTest : public ::testing::Test {
 protected:
  const test::TemporaryFolder folder_;
  const std::filesystem::path path_ = folder_ / "weights.h5";
};

TEST_F(KerasFileTest, names_that_are_split_over_attributes_are_joined) {
  {
    const test::Hdf5Writer file(path_);
    file.texts("/", "layer_names0", {"conv1", "empty"});
    file.texts("/", "layer_names1", {"dense"});
    file.group("empty");
    file.numbers("conv1/conv1/kernel:0", {1, 1, 2, 3});
    file.texts("conv1", "weight_names", {"conv1/kernel:0"});
    file.numbers("dense/dense/kernel:0", {4, 5});
    file.numbers("dense/dense/bias:0", {5});
    file.texts("dense", "weight_names0", {"dense/kernel:0"});
    file.texts("dense", "weight_names1", {"dense/bias:0"});
  }
  const StateDict weights = read_weights(path_);
  EXPECT_THAT(test::names_of(weights), ElementsAre("conv1/kernel", "dense/kernel", "dense/bias"));
  EXPECT_TRUE(at::equal(*weights.find("dense/kernel"),
                        at::arange(20, at::TensorOptions(at::kFloat)).view({4, 5})));
}

// Keras 2 on TensorFlow numbers the variables of a second model in the same session, not its
// layers.
TEST_F(KerasFileTest, a_layers_variables_are_called_by_the_layer) {
  {
    const test::Hdf5Writer file(path_);
    file.texts("/", "layer_names", {"conv1", "expanded_conv/squeeze_excite/Conv"});
    file.numbers("conv1/conv1_7/kernel:0", {1, 1, 2, 3});
    file.texts("conv1", "weight_names", {"conv1_7/kernel:0"});
    const std::string squeeze = "expanded_conv/squeeze_excite/Conv";
    file.numbers(squeeze + "/" + squeeze + "/bias:0", {8});
    file.texts(squeeze, "weight_names", {squeeze + "/bias:0"});
  }
  EXPECT_THAT(test::names_of(read_weights(path_)),
              ElementsAre("conv1/kernel", "expanded_conv/squeeze_excite/Conv/bias"));
}

TEST_F(KerasFileTest, late_keras_2_weights_files_are_known_by_class) {
  {
    const test::Hdf5Writer file(path_);
    file.numbers("_layer_checkpoint_dependencies/conv2d_3/vars/0", {1, 1, 2, 3});
    file.numbers("_layer_checkpoint_dependencies/functional/layers/conv2d/vars/0", {1, 1, 2, 3});
    file.numbers("_layer_checkpoint_dependencies/functional/layers/conv2d/vars/1", {3});
    for (int i = 0; i < 4; ++i) {
      file.numbers(fmt::format("_layer_checkpoint_dependencies/batch_normalization/vars/{}", i),
                   {3});
    }
    file.numbers("optimizer/vars/0", {1});
  }
  EXPECT_THAT(test::names_of(read_weights(path_)),
              UnorderedElementsAre("conv2d_3/kernel", "functional/conv2d/kernel",
                                   "functional/conv2d/bias", "batch_normalization/gamma",
                                   "batch_normalization/beta", "batch_normalization/moving_mean",
                                   "batch_normalization/moving_variance"));
}

TEST_F(KerasFileTest, hdf5_that_is_not_kerass_is_refused) {
  { test::Hdf5Writer(path_).numbers("measurements/temperature", {10}); }
  EXPECT_THAT(test::complaint(path_), HasSubstr("not as Keras writes weights"));
}

TEST_F(KerasFileTest, a_layer_or_weight_that_is_listed_and_missing_is_named) {
  {
    const test::Hdf5Writer file(path_);
    file.texts("/", "layer_names", {"conv1"});
  }
  EXPECT_THAT(test::complaint(path_), HasSubstr("lists a layer 'conv1' that it hasn't"));
  {
    const test::Hdf5Writer file(path_);
    file.texts("/", "layer_names", {"conv1"});
    file.group("conv1");
    file.texts("conv1", "weight_names", {"conv1/kernel:0"});
  }
  EXPECT_THAT(test::complaint(path_), HasSubstr("no data set 'conv1/kernel:0'"));
}

// --- What could reach beyond the file, or make much of little -----------------------------------

TEST_F(KerasFileTest, links_to_elsewhere_are_not_followed) {
  { test::Hdf5Writer(folder_ / "other.h5").numbers("conv1/kernel:0", {3}); }
  {
    const test::Hdf5Writer file(path_);
    file.texts("/", "layer_names", {"conv1", "soft"});
    file.group("conv1");
    H5Lcreate_external((folder_ / "other.h5").c_str(), "/conv1/kernel:0", file.file(),
                       "conv1/kernel:0", H5P_DEFAULT, H5P_DEFAULT);
    file.texts("conv1", "weight_names", {"kernel:0"});
  }
  EXPECT_THAT(test::complaint(path_), HasSubstr("has no data set 'kernel:0' of its own"));
  {
    const test::Hdf5Writer file(path_);
    file.numbers("real/kernel:0", {3});
    file.group("conv1");
    H5Lcreate_soft("/real/kernel:0", file.file(), "conv1/kernel:0", H5P_DEFAULT, H5P_DEFAULT);
    file.texts("/", "layer_names", {"conv1"});
    file.texts("conv1", "weight_names", {"kernel:0"});
  }
  EXPECT_THAT(test::complaint(path_), HasSubstr("has no data set 'kernel:0' of its own"));
}

TEST_F(KerasFileTest, data_in_another_file_is_refused) {
  std::ofstream(folder_ / "secret") << std::string(64, 'x');
  {
    const test::Hdf5Writer file(path_);
    file.texts("/", "layer_names", {"conv1"});
    file.group("conv1");
    file.texts("conv1", "weight_names", {"kernel:0"});
    const Hdf5Handle plan(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    H5Pset_external(plan.get(), (folder_ / "secret").c_str(), 0, 64);
    const hsize_t count = 16;
    const Hdf5Handle space(H5Screate_simple(1, &count, nullptr), H5Sclose);
    const Hdf5Handle made = file.dataset("conv1/kernel:0", H5T_NATIVE_FLOAT, space, plan.get());
    ASSERT_TRUE(made.valid());
  }
  EXPECT_THAT(test::complaint(path_), HasSubstr("keeps 'kernel:0' in another file"));
}

TEST_F(KerasFileTest, a_shape_that_nothing_is_stored_for_is_refused) {
  {
    const test::Hdf5Writer file(path_);
    file.texts("/", "layer_names", {"conv1"});
    file.group("conv1");
    file.texts("conv1", "weight_names", {"kernel:0"});
    const hsize_t count = hsize_t{1} << 40;
    const Hdf5Handle space(H5Screate_simple(1, &count, nullptr), H5Sclose);
    const Hdf5Handle made = file.dataset("conv1/kernel:0", H5T_NATIVE_FLOAT, space, H5P_DEFAULT);
    ASSERT_TRUE(made.valid());
  }
  EXPECT_THAT(test::complaint(path_), HasSubstr("have 4398046511104 bytes, but 0 are stored"));
}

TEST_F(KerasFileTest, one_data_set_named_again_and_again_does_not_fill_the_memory) {
  {
    const test::Hdf5Writer file(path_);
    file.texts("/", "layer_names", {"conv1"});
    file.numbers("conv1/kernel:0", {1000, 1000});
    file.texts("conv1", "weight_names", std::vector<std::string>(100, "kernel:0"));
  }
  EXPECT_THAT(test::complaint(path_), HasSubstr("its tensors are more than it holds"));
}

TEST_F(KerasFileTest, what_this_reader_is_not_made_for_says_how_to_write_it_anew) {
  {
    const test::Hdf5Writer file(path_);
    file.texts("/", "layer_names", {"conv1"});
    file.group("conv1");
    file.texts("conv1", "weight_names", {"kernel:0"});
    const Hdf5Handle plan(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    const hsize_t chunk[] = {16};
    H5Pset_chunk(plan.get(), 1, chunk);
    const hsize_t count = 64;
    const Hdf5Handle space(H5Screate_simple(1, &count, nullptr), H5Sclose);
    const Hdf5Handle made = file.dataset("conv1/kernel:0", H5T_NATIVE_FLOAT, space, plan.get());
    ASSERT_TRUE(made.valid());
  }
  const std::string text = test::complaint(path_);
  EXPECT_THAT(text, HasSubstr("stores 'kernel:0' in chunks; write it anew"));
  EXPECT_THAT(text, HasSubstr("h5repack -l CONTI"));
}

// HDF5's latest format writes groups and headers otherwise.
TEST_F(KerasFileTest, small_groups_of_the_latest_format_are_read) {
  {
    const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    H5Pset_libver_bounds(access.get(), H5F_LIBVER_LATEST, H5F_LIBVER_LATEST);
    const test::Hdf5Writer file(path_, access.get());
    file.texts("/", "layer_names", {"conv1"});
    file.numbers("conv1/kernel:0", {2, 3});
    file.texts("conv1", "weight_names", {"kernel:0"});
  }
  EXPECT_TRUE(at::equal(*read_weights(path_).find("conv1/kernel"),
                        at::arange(6, at::TensorOptions(at::kFloat)).view({2, 3})));
}

TEST_F(KerasFileTest, a_group_that_holds_itself_comes_to_an_end) {
  {
    const test::Hdf5Writer file(path_);
    file.group("layers/a");
    for (const char* name : {"layers/a/layers", "layers/a/container", "layers/a/b"}) {
      H5Lcreate_hard(file.file(), "layers", file.file(), name, H5P_DEFAULT, H5P_DEFAULT);
    }
  }
  EXPECT_THAT(test::complaint(path_), HasSubstr("nests models deeper"));
}

TEST_F(KerasFileTest, texts_where_numbers_belong_are_refused) {
  {
    const test::Hdf5Writer file(path_);
    file.texts("/", "layer_names", {"conv1"});
    file.group("conv1");
    file.texts("conv1", "weight_names", {"kernel:0"});
    const Hdf5Handle space(H5Screate(H5S_SCALAR), H5Sclose);
    const Hdf5Handle made = file.dataset("conv1/kernel:0", H5T_C_S1, space, H5P_DEFAULT);
    ASSERT_TRUE(made.valid());
  }
  EXPECT_THAT(test::complaint(path_), HasSubstr("'kernel:0' is no array of numbers"));
}

}  // namespace
}  // namespace ag::weights
