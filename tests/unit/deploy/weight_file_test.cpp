#include "framework/deploy/weight_file.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hdf5.h>

#include "framework/core/error.h"
#include "framework/deploy/keras_h5.h"
#include "framework/nn/weights/state_dict.h"
#include "tests/support/lively_network.h"
#include "tests/support/temporary_folder.h"

namespace ag::deploy {
namespace {

using test::all_models;
using test::drawn;
using test::lively_network;
using test::name_of;

using ::testing::ElementsAre;

// Every tensor that has a name over there comes back under our name with the same bits.
void expect_same(const weights::StateDict& file, const nn::Network& network,
                 const std::string& family, weights::Naming naming) {
  const std::vector<nn::NamedTensor> tensors = weights::all_tensors(network);
  const weights::NameMap names = weights::make_name_map(family, naming, tensors);
  std::size_t found = 0;
  for (const nn::NamedTensor& named : tensors) {
    const weights::ForeignName* foreign = names.by_ours(named.name);
    ASSERT_NE(foreign, nullptr) << named.name;
    const at::Tensor* stored = file.find(foreign->foreign);
    ASSERT_NE(stored, nullptr) << foreign->foreign;
    EXPECT_TRUE(
        weights::to_ours(*stored, foreign->layout).equal(named.tensor.detach().contiguous()))
        << named.name;
    ++found;
  }
  EXPECT_EQ(file.entries().size(), found);
}

TEST(WeightFile, comes_back_bit_for_bit_in_every_naming_that_has_the_family) {
  const test::TemporaryFolder folder;
  for (const nn::ModelConfig& model : all_models(0.5)) {
    SCOPED_TRACE(name_of(model));
    const std::unique_ptr<nn::Network> network = lively_network(model, 32);
    const std::vector<nn::NamedTensor> tensors = weights::all_tensors(*network);
    const WeightSource source = {model.name, tensors, true};
    for (const weights::Naming naming : weights::namings_of(model.name)) {
      if (naming == weights::Naming::kOurs || naming == weights::Naming::kTimm ||
          naming == weights::Naming::kTorchvision) {
        SCOPED_TRACE(weights::naming_title(naming));
        const auto file = folder / "w.safetensors";
        EXPECT_EQ(write_state_dict(file, source, naming, {{"format", "pt"}}), tensors.size());
        expect_same(weights::read_weights(file), *network, model.name, naming);
      }
      if (naming == weights::Naming::kKeras3) {
        const auto file = folder / "w.h5";
        EXPECT_EQ(write_keras_weights(file, source), tensors.size());
        expect_same(weights::read_weights(file), *network, model.name, naming);
      }
    }
  }
}

TEST(WeightFile, the_trunk_alone_has_no_head) {
  const test::TemporaryFolder folder;
  const nn::ModelConfig model = all_models(0.25).front();
  const std::unique_ptr<nn::Network> network = lively_network(model, 32);
  const std::vector<nn::NamedTensor> tensors = weights::all_tensors(*network);
  write_state_dict(folder / "w.safetensors", {model.name, tensors, false}, weights::Naming::kOurs,
                   {});
  const weights::StateDict file = weights::read_weights(folder / "w.safetensors");
  for (const auto& entry : file.entries())
    EXPECT_FALSE(entry.name.starts_with("head.")) << entry.name;
}

// Keras's dense layer has a column of weights for each output.
TEST(WeightFile, one_vector_of_weights_for_all_thresholds_is_a_column_for_each_in_keras) {
  const test::TemporaryFolder folder;
  const nn::ModelConfig model = all_models(0.25).front();
  const std::unique_ptr<nn::Network> network =
      lively_network(model, 32, at::kFloat, nn::AgeOutput::kSharedThresholds);
  const std::vector<nn::NamedTensor> tensors = weights::all_tensors(*network);
  write_keras_weights(folder / "w.h5", {model.name, tensors, true});
  const weights::StateDict file = weights::read_weights(folder / "w.h5");
  const at::Tensor* kernel = file.find("head_age/kernel");
  ASSERT_NE(kernel, nullptr);
  ASSERT_EQ(kernel->sizes(), (at::IntArrayRef{32, 100}));
  for (const nn::NamedTensor& named : tensors) {
    if (named.name != "head.age.weight") continue;
    EXPECT_TRUE(kernel->equal(named.tensor.detach().t().expand({32, 100})));
  }
}

std::vector<std::string> texts(hid_t where, const char* name) {
  const hid_t attribute = H5Aopen(where, name, H5P_DEFAULT);
  const hid_t type = H5Aget_type(attribute);
  const hid_t space = H5Aget_space(attribute);
  const std::size_t width = H5Tget_size(type);
  const auto count = static_cast<std::size_t>(H5Sget_simple_extent_npoints(space));
  std::string packed(width * count, '\0');
  H5Aread(attribute, type, packed.data());
  std::vector<std::string> values;
  for (std::size_t i = 0; i < count; ++i)
    values.emplace_back(packed.substr(i * width, width).c_str());
  H5Sclose(space);
  H5Tclose(type);
  H5Aclose(attribute);
  return values;
}

TEST(KerasH5, names_layers_and_their_weights_as_keras_looks_for_them) {
  const test::TemporaryFolder folder;
  const at::Tensor kernel = drawn({3, 3, 2, 4}, -1, 1, 1);
  write_keras_h5(folder / "w.h5",
                 {{"conv", {{"kernel", kernel}}},
                  {"conv_bn", {{"gamma", at::ones({4})}, {"beta", at::zeros({4})}}}});
  const hid_t file = H5Fopen((folder / "w.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  ASSERT_GE(file, 0);
  EXPECT_THAT(texts(file, "layer_names"), ElementsAre("conv", "conv_bn"));
  EXPECT_THAT(texts(file, "backend"), ElementsAre("tensorflow"));
  const hid_t group = H5Gopen2(file, "conv_bn", H5P_DEFAULT);
  EXPECT_THAT(texts(group, "weight_names"), ElementsAre("conv_bn/gamma:0", "conv_bn/beta:0"));
  const hid_t stored = H5Dopen2(file, "conv/conv/kernel:0", H5P_DEFAULT);
  ASSERT_GE(stored, 0);
  at::Tensor read = at::empty({3, 3, 2, 4});
  H5Dread(stored, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, read.mutable_data_ptr<float>());
  EXPECT_TRUE(read.equal(kernel));
  H5Dclose(stored);
  H5Gclose(group);
  H5Fclose(file);
}

// 64 KiB are the most that an attribute can hold.
TEST(KerasH5, a_list_too_long_for_one_attribute_is_split_as_keras_splits_it) {
  const test::TemporaryFolder folder;
  std::vector<KerasLayer> layers;
  for (int i = 0; i < 300; ++i)
    layers.push_back({std::string(300, 'x') + std::to_string(100 + i), {{"w", at::ones({1})}}});
  write_keras_h5(folder / "w.h5", layers);
  const hid_t file = H5Fopen((folder / "w.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  std::vector<std::string> names = texts(file, "layer_names0");
  EXPECT_EQ(names.size(), 64512U / 303);
  const std::vector<std::string> rest = texts(file, "layer_names1");
  names.insert(names.end(), rest.begin(), rest.end());
  ASSERT_EQ(names.size(), 300U);
  EXPECT_EQ(names.back(), layers.back().name);
  H5Fclose(file);
}

TEST(KerasH5, a_place_that_cannot_be_written_is_told) {
  EXPECT_THROW(write_keras_h5("/proc/w.h5", {{"conv", {{"kernel", at::ones({1})}}}}), Error);
}

}  // namespace
}  // namespace ag::deploy
