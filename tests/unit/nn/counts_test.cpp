// Every family has the parameters that its original has: as Keras counts V1 to V3
// (model.count_params()), as timm counts V4. The work (MACs) is arithmetic over the layers.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "framework/nn/classifier.h"
#include "framework/nn/network.h"

namespace ag::nn {
namespace {

constexpr int kInput = 224;
constexpr std::int64_t kImageNetClasses = 1000;

struct Counts {
  std::string name;
  double width;
  std::int64_t total, trainable;  // without top
  std::int64_t total_with_top;    // of 1000 classes
  double million_macs;            // without top, at 224, to two places
};

const Counts kKeras[] = {
    {"mobilenet_v1", 0.25, 218544, 213072, 475544, 40.77},
    {"mobilenet_v1", 0.5, 829536, 818592, 1342536, 148.99},
    {"mobilenet_v1", 0.75, 1832976, 1816560, 2601976, 324.63},
    {"mobilenet_v1", 1.0, 3228864, 3206976, 4253864, 567.72},
    {"mobilenet_v2", 0.35, 410208, 396128, 1691208, 58.01},
    {"mobilenet_v2", 1.0, 2257984, 2223872, 3538984, 299.49},
    {"mobilenet_v2", 1.4, 4363712, 4315776, 6156712, 580.40},
    {"mobilenet_v3_large", 1.0, 2996352, 2971952, 5507432, 214.08},
    {"mobilenet_v3_small", 1.0, 939120, 927008, 2554968, 54.90},
};

std::unique_ptr<Classifier> classifier(const std::string& name, double width) {
  ModelConfig config;
  config.name = name;
  config.width = width;
  return make_classifier(config, kInput, kImageNetClasses, at::kFloat, 1);
}

// In all the tensors whose names don't begin with "top.".
std::int64_t numbers_of_trunk(const std::vector<NamedTensor>& tensors) {
  std::int64_t count = 0;
  for (const NamedTensor& named : tensors)
    count += named.name.starts_with("top.") ? 0 : named.tensor.numel();
  return count;
}

TEST(Counts, of_v1_to_v3_are_those_of_keras) {
  for (const Counts& expected : kKeras) {
    SCOPED_TRACE(expected.name + " " + std::to_string(expected.width));
    const std::unique_ptr<Classifier> model = classifier(expected.name, expected.width);
    const Summary trunk = model->trunk_summary();
    EXPECT_EQ(trunk.parameters(), expected.total);
    EXPECT_EQ(trunk.trainable(), expected.trainable);
    EXPECT_EQ(model->summary().parameters(), expected.total_with_top);
    EXPECT_NEAR(static_cast<double>(trunk.macs()) / 1e6, expected.million_macs, 0.005);
    // The summary is told layer by layer, apart from the tensors: they must agree.
    const std::int64_t trained = numbers_of_trunk(model->parameters());
    EXPECT_EQ(trained, expected.trainable);
    EXPECT_EQ(trained + numbers_of_trunk(model->buffers()), expected.total);
  }
}

TEST(Counts, of_v4_with_its_top_are_those_of_timm) {
  const std::unique_ptr<Classifier> model = classifier("mobilenet_v4_conv_small", 1.0);
  EXPECT_EQ(model->summary().trainable(), 3774024);
  std::int64_t numbers = 0;
  for (const NamedTensor& named : model->parameters()) numbers += named.tensor.numel();
  EXPECT_EQ(numbers, 3774024);
}

// V1 without top, 1024 hidden units, 101 ages and 2 genders.
TEST(Counts, of_v1_with_both_heads) {
  EXPECT_EQ(make_network({}, kInput, at::kFloat, 1)->summary().parameters(), 4384039);
}

}  // namespace
}  // namespace ag::nn
