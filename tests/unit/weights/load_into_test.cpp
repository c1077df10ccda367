#include "framework/nn/weights/load_into.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "framework/core/error.h"
#include "framework/nn/classifier.h"
#include "framework/nn/network.h"
#include "framework/nn/weights/names.h"

namespace ag::weights {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr int kPictureSize = 32;

nn::ModelConfig small_config(const std::string& family, const std::string& flavour, double width) {
  nn::ModelConfig config;
  config.name = family;
  config.flavour = flavour;
  config.width = width;
  config.hidden = 8;
  return config;
}

std::unique_ptr<nn::Network> network_of(const nn::ModelConfig& config, std::uint64_t seed,
                                        int input = kPictureSize) {
  return nn::make_network(config, input, at::kFloat, seed);
}

// What somebody else's program would save of this model.
StateDict exported(const nn::Model& model, Naming naming, const std::string& prefix = "") {
  StateDict weights;
  weights.format = "file";
  const std::vector<nn::NamedTensor> tensors = all_tensors(model);
  const NameMap map = make_name_map(model.config().name, naming, tensors);
  for (const nn::NamedTensor& tensor : tensors) {
    const ForeignName* name = map.by_ours(tensor.name);
    weights.add(prefix + name->foreign,
                to_foreign(tensor.tensor.detach().clone(), name->layout, name->multiplier));
  }
  return weights;
}

// `weights` without the tensors whose names begin so.
StateDict without(const StateDict& weights, const std::string& begin) {
  StateDict fewer;
  fewer.metadata = weights.metadata;
  for (const StateDict::Entry& entry : weights.entries()) {
    if (!entry.name.starts_with(begin)) fewer.add(entry.name, entry.tensor);
  }
  return fewer;
}

StateDict with(const StateDict& weights, const std::string& name, const at::Tensor& tensor) {
  StateDict changed;
  for (const StateDict::Entry& entry : weights.entries()) {
    changed.add(entry.name, entry.name == name ? tensor : entry.tensor);
  }
  return changed;
}

bool equal(const nn::Model& a, const nn::Model& b) {
  const std::vector<nn::NamedTensor> left = all_tensors(a), right = all_tensors(b);
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (!at::equal(left[i].tensor, right[i].tensor)) return false;
  }
  return left.size() == right.size();
}

std::string complaint(nn::Model& model, const StateDict& weights) {
  const std::vector<nn::NamedTensor> tensors = all_tensors(model);
  std::vector<at::Tensor> before;
  for (const nn::NamedTensor& tensor : tensors) before.push_back(tensor.tensor.detach().clone());
  try {
    load_into(model, weights, "w.pth");
  } catch (const Error& error) {
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      EXPECT_TRUE(at::equal(before[i], tensors[i].tensor)) << "changed, though refused";
    }
    return error.what();
  }
  return "";
}

struct WrittenFile {
  const char* family;
  Naming naming;
  const char* flavour;
};

class EveryNaming : public ::testing::TestWithParam<WrittenFile> {};

TEST_P(EveryNaming, takes_all_of_a_network_bit_for_bit) {
  const WrittenFile& param = GetParam();
  const nn::ModelConfig config = small_config(param.family, param.flavour, 0.5);
  const auto original = network_of(config, 1);
  const auto copy = network_of(config, 2, 2 * kPictureSize);  // another size of input
  ASSERT_FALSE(equal(*original, *copy));
  const ImportReport report = load_into(*copy, exported(*original, param.naming), "w");
  EXPECT_TRUE(equal(*original, *copy));
  EXPECT_THAT(report.matched, SizeIs(all_tensors(*copy).size()));
  EXPECT_THAT(report.missing, IsEmpty());
  EXPECT_THAT(report.left_out, IsEmpty());
  EXPECT_THAT(report.warnings, IsEmpty());
  EXPECT_EQ(report.prefix, "");
}

TEST_P(EveryNaming, is_found_behind_the_name_that_a_wrapper_gave) {
  const WrittenFile& param = GetParam();
  const std::string end = param.naming == Naming::kTimm || param.naming == Naming::kTorchvision ||
                                  param.naming == Naming::kOurs
                              ? "."
                              : "/";
  const nn::ModelConfig config = small_config(param.family, param.flavour, 0.5);
  const auto original = network_of(config, 1);
  const auto copy = network_of(config, 2);
  const StateDict weights = exported(*original, param.naming, "module" + end);
  EXPECT_EQ(load_into(*copy, weights, "w").prefix, "module" + end);
  EXPECT_TRUE(equal(*original, *copy));
}

std::vector<WrittenFile> every_naming() {
  std::vector<WrittenFile> cases;
  for (const char* family : {"mobilenet_v1", "mobilenet_v2", "mobilenet_v3_small",
                             "mobilenet_v3_large", "mobilenet_v4_conv_small"}) {
    for (const Naming naming : namings_of(family)) {
      const bool v4 = std::string_view(family) == "mobilenet_v4_conv_small";
      const char* flavour = naming == Naming::kTimm || v4    ? "timm"
                            : naming == Naming::kTorchvision ? "torchvision"
                                                             : "keras";
      cases.push_back({family, naming, flavour});
    }
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(LoadInto, EveryNaming, ::testing::ValuesIn(every_naming()),
                         [](const auto& test_case) {
                           std::string name = fmt::format("{}_{}", test_case.param.family,
                                                          naming_title(test_case.param.naming));
                           for (char& letter : name) letter = std::isalnum(letter) ? letter : '_';
                           return name;
                         });

class LoadInto : public ::testing::Test {
 protected:
  const nn::ModelConfig config_ = small_config("mobilenet_v2", "torchvision", 0.5);
  const std::unique_ptr<nn::Network> network_ = network_of(config_, 1);
  const std::unique_ptr<nn::Network> other_ = network_of(config_, 2);
};

TEST_F(LoadInto, a_classifiers_top_is_left_out_and_the_heads_begin_anew) {
  const auto classifier = nn::make_classifier(config_, kPictureSize, 10, at::kFloat, 3);
  const ImportReport report =
      load_into(*network_, exported(*classifier, Naming::kTorchvision), "w.pth");
  EXPECT_EQ(report.naming, Naming::kTorchvision);
  EXPECT_THAT(report.missing,
              ElementsAre("head.hidden.weight", "head.hidden.bias", "head.age.weight",
                          "head.age.bias", "head.gender.weight", "head.gender.bias"));
  ASSERT_THAT(report.left_out, SizeIs(2));
  EXPECT_EQ(report.left_out[0].name, "classifier.1.weight");
  EXPECT_EQ(report.left_out[0].why, "the original's top");
  EXPECT_THAT(
      to_lines(report),
      ElementsAre("weights w.pth: file with torchvision names, 260 of 266 tensors taken",
                  "  left out: classifier.1.weight, classifier.1.bias (the original's top)",
                  "  begin anew: head.hidden.weight, head.hidden.bias, head.age.weight and 3 "
                  "more"));
}

TEST_F(LoadInto, a_top_of_another_number_of_classes_is_left_out) {
  const auto ten = nn::make_classifier(config_, kPictureSize, 10, at::kFloat, 3);
  const auto seven = nn::make_classifier(config_, kPictureSize, 7, at::kFloat, 3);
  const ImportReport report = load_into(*seven, exported(*ten, Naming::kTorchvision), "w");
  EXPECT_THAT(report.missing, ElementsAre("top.logits.weight", "top.logits.bias"));
  ASSERT_THAT(report.left_out, SizeIs(2));
  EXPECT_EQ(report.left_out[1].why, "[10], this network has [7]");
}

// The hidden layer's size decides all of hidden, and the weights of the two layers after it; their
// biases would fit and stay as they were all the same.
TEST_F(LoadInto, a_layer_of_a_head_is_taken_whole_or_not_at_all) {
  nn::ModelConfig wider = config_;
  wider.hidden = 16;
  const auto network = network_of(wider, 2);
  const ImportReport report = load_into(*network, exported(*network_, Naming::kOurs), "w");
  EXPECT_THAT(report.missing, SizeIs(6));
  EXPECT_THAT(report.missing, Each(StartsWith("head.")));
  EXPECT_THAT(report.left_out, SizeIs(6));
}

TEST_F(LoadInto, only_a_checkpoint_of_ours_may_lack_parts) {
  const StateDict ours = without(exported(*other_, Naming::kOurs), "blocks.3.");
  const ImportReport report = load_into(*network_, ours, "w");
  EXPECT_THAT(report.missing, Each(StartsWith("blocks.3.")));
  EXPECT_THAT(report.missing, SizeIs(3 * 5));  // three convolutions with BatchNorm
  EXPECT_THAT(complaint(*network_, without(exported(*other_, Naming::kTimm), "blocks.2.1.")),
              HasSubstr("follows timm's names, but has no 'blocks.2.1.conv_pw.weight' for "
                        "blocks.4.expand.weight"));
}

TEST_F(LoadInto, an_unknown_file_is_refused_with_its_first_names) {
  StateDict weights;
  for (const char* name : {"encoder.0.weight", "encoder.0.bias", "encoder.1.weight", "e", "f"}) {
    weights.add(name, at::zeros({1}));
  }
  EXPECT_THAT(complaint(*network_, weights),
              HasSubstr("w.pth: its names are none of mobilenet_v2's known here; the first are "
                        "encoder.0.weight, encoder.0.bias, encoder.1.weight, e; give weights of"));
  EXPECT_THAT(complaint(*network_, StateDict()), HasSubstr("the first are none"));
}

TEST_F(LoadInto, another_width_is_named) {
  for (const double width : {0.35, 0.75, 1.0, 1.4}) {
    const auto original = network_of(small_config("mobilenet_v2", "keras", width), 1);
    const auto half = network_of(small_config("mobilenet_v2", "keras", 0.5), 1);
    for (const Naming naming : {Naming::kKeras3, Naming::kOurs}) {
      EXPECT_THAT(
          complaint(*half, exported(*original, naming)),
          HasSubstr(fmt::format("the file looks like width {0}: set model.width={0}", width)));
    }
  }
  const auto original = network_of(small_config("mobilenet_v2", "keras", 1), 1);
  EXPECT_THAT(complaint(*network_, exported(*original, Naming::kKeras3)),
              HasSubstr("'Conv1/kernel' is [3, 3, 3, 32], but mobilenet_v2 at width 0.5 has "
                        "[3, 3, 3, 16] there"));
}

TEST_F(LoadInto, another_family_is_named) {
  struct Pair {
    WrittenFile file;
    const char* wanted;
  };
  for (const auto& [file, wanted] :
       {Pair{{"mobilenet_v3_large", Naming::kKeras3, "keras"}, "mobilenet_v3_small"},
        Pair{{"mobilenet_v3_small", Naming::kKeras2, "keras"}, "mobilenet_v3_large"},
        Pair{{"mobilenet_v3_large", Naming::kTimm, "timm"}, "mobilenet_v3_small"},
        Pair{{"mobilenet_v3_small", Naming::kTimm, "timm"}, "mobilenet_v3_large"},
        Pair{{"mobilenet_v3_small", Naming::kTorchvision, "torchvision"}, "mobilenet_v3_large"},
        Pair{{"mobilenet_v3_large", Naming::kTorchvision, "torchvision"}, "mobilenet_v3_small"},
        Pair{{"mobilenet_v2", Naming::kTorchvision, "torchvision"}, "mobilenet_v3_small"},
        Pair{{"mobilenet_v2", Naming::kTimm, "timm"}, "mobilenet_v1"},
        Pair{{"mobilenet_v1", Naming::kTimm, "timm"}, "mobilenet_v2"},
        Pair{{"mobilenet_v1", Naming::kKeras3, "keras"}, "mobilenet_v2"},
        Pair{{"mobilenet_v2", Naming::kKeras3, "keras"}, "mobilenet_v1"},
        Pair{{"mobilenet_v4_conv_small", Naming::kTimm, "timm"}, "mobilenet_v3_large"},
        Pair{{"mobilenet_v2", Naming::kTimm, "timm"}, "mobilenet_v4_conv_small"}}) {
    const auto original = network_of(small_config(file.family, file.flavour, 0.5), 1);
    const bool timm = std::string_view(wanted) == "mobilenet_v4_conv_small";
    const auto network = network_of(small_config(wanted, timm ? "timm" : "keras", 0.5), 1);
    EXPECT_THAT(complaint(*network, exported(*original, file.naming)),
                HasSubstr(fmt::format("{}, but model.name is {}; set model.name={}", file.family,
                                      wanted, file.family)))
        << naming_title(file.naming);
  }
}

TEST_F(LoadInto, a_checkpoint_says_itself_what_it_is_of) {
  StateDict weights = exported(*other_, Naming::kOurs);
  weights.metadata["identity.model.name"] = "mobilenet_v1";
  EXPECT_THAT(complaint(*network_, weights),
              HasSubstr("was saved of mobilenet_v1, but model.name is mobilenet_v2"));
}

TEST_F(LoadInto, numbers_that_are_not_finite_are_refused_by_their_tensors_name) {
  const StateDict weights = exported(*other_, Naming::kTorchvision);
  for (const double bad : {std::nan(""), static_cast<double>(INFINITY)}) {
    const at::Tensor tensor = weights.find("features.1.conv.1.weight")->clone();
    tensor.flatten()[3] = bad;
    EXPECT_THAT(complaint(*network_, with(weights, "features.1.conv.1.weight", tensor)),
                HasSubstr("'features.1.conv.1.weight' has numbers that aren't finite"));
  }
  const at::Tensor variance = weights.find("features.0.1.running_var")->clone();
  variance[0] = -1;
  EXPECT_THAT(complaint(*network_, with(weights, "features.0.1.running_var", variance)),
              HasSubstr("'features.0.1.running_var' has a variance below 0"));
  const at::Tensor whole = weights.find("features.0.1.running_var")->to(at::kLong);
  EXPECT_THAT(complaint(*network_, with(weights, "features.0.1.running_var", whole)),
              HasSubstr("holds whole numbers"));
}

TEST_F(LoadInto, another_flavour_is_warned_of) {
  const ImportReport report = load_into(*network_, exported(*other_, Naming::kTimm), "w");
  EXPECT_THAT(report.warnings, ElementsAre(HasSubstr("set model.flavour=timm")));
  StateDict ours = exported(*other_, Naming::kOurs);
  EXPECT_THAT(load_into(*network_, ours, "w").warnings, IsEmpty());
  ours.metadata["identity.model.flavour"] = "keras";
  EXPECT_THAT(load_into(*network_, ours, "w").warnings, ElementsAre(HasSubstr("flavour=keras")));
}

TEST_F(LoadInto, other_element_types_are_converted) {
  const StateDict weights = exported(*other_, Naming::kOurs);
  StateDict halves;
  for (const StateDict::Entry& entry : weights.entries()) {
    halves.add(entry.name, entry.tensor.to(at::kHalf));
  }
  const auto network = nn::make_network(config_, kPictureSize, at::kDouble, 1);
  load_into(*network, halves, "w");
  EXPECT_TRUE(at::equal(network->parameters()[0].tensor,
                        other_->parameters()[0].tensor.to(at::kHalf).to(at::kDouble)));
}

TEST_F(LoadInto, what_pytorch_counts_batches_by_is_no_weight) {
  StateDict weights = exported(*other_, Naming::kTimm);
  weights.add("bn1.num_batches_tracked", at::zeros({}, at::kLong));
  EXPECT_THAT(load_into(*network_, weights, "w").left_out, IsEmpty());
}

}  // namespace
}  // namespace ag::weights
