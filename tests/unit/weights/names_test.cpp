#include "framework/nn/weights/names.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "framework/core/error.h"
#include "framework/nn/classifier.h"
#include "framework/nn/network.h"
#include "tests/unit/weights/weights_files.h"

namespace ag::weights {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Shapes = std::map<std::string, std::vector<std::int64_t>>;

constexpr std::int64_t kClasses = 1000;
constexpr int kSmallPicture = 32;

nn::ModelConfig config_of(const std::string& family, const std::string& flavour, double width = 1) {
  nn::ModelConfig config;
  config.name = family;
  config.flavour = flavour;
  config.width = width;
  return config;
}

NameMap classifier_map(const std::string& family, Naming naming, const std::string& flavour) {
  const auto classifier =
      nn::make_classifier(config_of(family, flavour), kSmallPicture, kClasses, at::kFloat, 1);
  return make_name_map(family, naming, all_tensors(*classifier));
}

// What a peer calls its tensors and how large they are, as make.py wrote it down.
Shapes shapes_of_peer(const std::string& file) {
  std::ifstream in(test::weights_file(file));
  Shapes shapes;
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string name;
    words >> name;
    for (std::int64_t size = 0; words >> size;) shapes[name].push_back(size);
  }
  return shapes;
}

struct Peer {
  const char* file;  // names_<file>.txt
  const char* family;
  Naming naming;
  const char* flavour;
};

class EveryPeer : public ::testing::TestWithParam<Peer> {};

TEST_P(EveryPeer, has_each_of_our_tensors_under_its_name_in_its_shape_and_none_besides) {
  const Peer& peer = GetParam();
  const auto classifier = nn::make_classifier(config_of(peer.family, peer.flavour), kSmallPicture,
                                              kClasses, at::kFloat, 1);
  const std::vector<nn::NamedTensor> tensors = all_tensors(*classifier);
  const NameMap map = make_name_map(peer.family, peer.naming, tensors);
  Shapes ours;
  for (const nn::NamedTensor& tensor : tensors) {
    const ForeignName* name = map.by_ours(tensor.name);
    ASSERT_NE(name, nullptr) << tensor.name;
    ours[name->foreign] = foreign_shape(tensor.tensor.sizes(), name->layout, name->multiplier);
  }
  const Shapes theirs = shapes_of_peer(std::string("names_") + peer.file + ".txt");
  ASSERT_FALSE(theirs.empty());
  EXPECT_EQ(ours, theirs);
}

INSTANTIATE_TEST_SUITE_P(
    Names, EveryPeer,
    ::testing::Values(
        Peer{"keras3_v1", "mobilenet_v1", Naming::kKeras3, "keras"},
        Peer{"keras3_v2", "mobilenet_v2", Naming::kKeras3, "keras"},
        Peer{"keras3_v3_small", "mobilenet_v3_small", Naming::kKeras3, "keras"},
        Peer{"keras3_v3_large", "mobilenet_v3_large", Naming::kKeras3, "keras"},
        Peer{"by_class_v1", "mobilenet_v1", Naming::kKerasByClass, "keras"},
        Peer{"by_class_v2", "mobilenet_v2", Naming::kKerasByClass, "keras"},
        Peer{"by_class_v3_small", "mobilenet_v3_small", Naming::kKerasByClass, "keras"},
        Peer{"by_class_v3_large", "mobilenet_v3_large", Naming::kKerasByClass, "keras"},
        Peer{"torchvision_v2", "mobilenet_v2", Naming::kTorchvision, "torchvision"},
        Peer{"torchvision_v3_small", "mobilenet_v3_small", Naming::kTorchvision, "torchvision"},
        Peer{"torchvision_v3_large", "mobilenet_v3_large", Naming::kTorchvision, "torchvision"},
        Peer{"timm_v1", "mobilenet_v1", Naming::kTimm, "timm"},
        Peer{"timm_v2", "mobilenet_v2", Naming::kTimm, "timm"},
        Peer{"timm_v3_small", "mobilenet_v3_small", Naming::kTimm, "timm"},
        Peer{"timm_v3_large", "mobilenet_v3_large", Naming::kTimm, "timm"},
        Peer{"timm_v4_conv_small", "mobilenet_v4_conv_small", Naming::kTimm, "timm"}),
    [](const auto& test_case) { return std::string(test_case.param.file); });

// As tensorflow/python/keras/applications/mobilenet_v3.py (2.4) names its layers.
TEST(Names, keras_2_has_slashes_in_v3s_layers) {
  const NameMap map = classifier_map("mobilenet_v3_small", Naming::kKeras2, "keras");
  const auto theirs = [&](const char* ours) { return map.by_ours(ours)->foreign; };
  EXPECT_EQ(theirs("stem.conv.weight"), "Conv/kernel");
  EXPECT_EQ(theirs("stem.bn.running_mean"), "Conv/BatchNorm/moving_mean");
  EXPECT_EQ(theirs("blocks.0.depthwise.weight"), "expanded_conv/depthwise/depthwise_kernel");
  EXPECT_EQ(theirs("blocks.0.depthwise_bn.bias"), "expanded_conv/depthwise/BatchNorm/beta");
  EXPECT_EQ(theirs("blocks.0.se.reduce.bias"), "expanded_conv/squeeze_excite/Conv/bias");
  EXPECT_EQ(theirs("blocks.3.se.expand.weight"), "expanded_conv_3/squeeze_excite/Conv_1/kernel");
  EXPECT_EQ(theirs("blocks.3.expand_bn.running_var"),
            "expanded_conv_3/expand/BatchNorm/moving_variance");
  EXPECT_EQ(theirs("blocks.10.project.weight"), "expanded_conv_10/project/kernel");
  EXPECT_EQ(theirs("last.bn.weight"), "Conv_1/BatchNorm/gamma");
  EXPECT_EQ(theirs("top.hidden.bias"), "Conv_2/bias");
  EXPECT_EQ(theirs("top.logits.weight"), "Logits/kernel");
}

// The top of V2 in keras-applications, whose published files are still about.
TEST(Names, older_names_mean_the_same) {
  const NameMap keras = classifier_map("mobilenet_v2", Naming::kKeras2, "keras");
  ASSERT_NE(keras.by_foreign("Logits/bias"), nullptr);
  EXPECT_EQ(keras.by_foreign("Logits/bias")->ours, "top.logits.bias");
  EXPECT_EQ(keras.by_foreign("predictions/bias")->ours, "top.logits.bias");
  const NameMap ours = classifier_map("mobilenet_v1", Naming::kOurs, "keras");
  EXPECT_EQ(ours.by_foreign("blocks.4.bn2.running_var")->ours, "blocks.4.pointwise_bn.running_var");
}

TEST(Names, both_heads_have_names_everywhere) {
  const auto network =
      nn::make_network(config_of("mobilenet_v2", "keras"), kSmallPicture, at::kFloat, 1);
  const auto theirs = [&](Naming naming) {
    return make_name_map("mobilenet_v2", naming, all_tensors(*network))
        .by_ours("head.age.weight")
        ->foreign;
  };
  EXPECT_EQ(theirs(Naming::kKeras3), "head_age/kernel");
  EXPECT_EQ(theirs(Naming::kTimm), "head.age.weight");
  EXPECT_EQ(theirs(Naming::kTorchvision), "head.age.weight");
}

TEST(Names, a_family_is_not_looked_for_where_it_is_not) {
  EXPECT_THAT(namings_of("mobilenet_v1"),
              ElementsAre(Naming::kOurs, Naming::kKeras2, Naming::kKeras3, Naming::kKerasByClass,
                          Naming::kTimm));
  EXPECT_THAT(namings_of("mobilenet_v4_conv_small"), ElementsAre(Naming::kOurs, Naming::kTimm));
  EXPECT_THROW(make_name_map("mobilenet_v1", Naming::kTorchvision, {}), Error);
}

TEST(Names, depthwise_multipliers_are_seen_in_the_tensors) {
  nn::ModelConfig config = config_of("mobilenet_v1", "keras", 0.25);
  config.depth_multiplier = 2;
  const auto network = nn::make_network(config, kSmallPicture, at::kFloat, 1);
  const std::vector<nn::NamedTensor> tensors = all_tensors(*network);
  const NameMap map = make_name_map("mobilenet_v1", Naming::kKeras2, tensors);
  const ForeignName* name = map.by_ours("blocks.1.depthwise.weight");
  ASSERT_NE(name, nullptr);
  const auto tensor = std::ranges::find(tensors, name->ours, &nn::NamedTensor::name);
  EXPECT_THAT(foreign_shape(tensor->tensor.sizes(), name->layout, name->multiplier),
              ElementsAre(3, 3, 16, 2));
}

}  // namespace
}  // namespace ag::weights
