// What agtrain prints of its networks, without data, weights or MPI.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>
#include <sstream>
#include <string>

#include "tests/e2e/train/process.h"
#include "tests/support/temporary_folder.h"

namespace ag::test {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

class Pages : public ::testing::Test {
 protected:
  // Neither the data set nor the weights that it names are there.
  void SetUp() override {
    std::ofstream(folder_.path() / "face.yaml") << R"(name: face
dataset: {path: no/such/data, size: 224}
model: {name: mobilenet_v1, width: 1.0, weights: no/such/weights.h5}
)";
  }

  Ended agtrain(const std::string& words) const {
    return run(fmt::format("bash -c '. {}/launch/env.sh; cd {}; exec {}/bin/agtrain {}'",
                           AG_SOURCE_DIR, folder_.path().string(), AG_BINARY_DIR, words),
               folder_.path());
  }

  TemporaryFolder folder_;
};

// The first convolution: 112 x 112 x 32 outputs of 3 x 3 x 3 products each, as many weights as
// 32 x 27. The sums: Keras's 3,228,864 and a head of 1024 x 1024 + 1024 and 1024 x 103 + 103, and
// the 567,716,352 products of the trunk with the head's 1024 x 1024 + 1024 x 103.
TEST_F(Pages, summary_tells_shapes_parameters_and_macs_layer_by_layer) {
  const Ended ended = agtrain("--summary face.yaml");
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_THAT(ended.output,
              AllOf(HasSubstr("mobilenet_v1 1.0 (keras) at 224"),
                    ContainsRegex("stem.conv +conv 3x3 /2 +32 x 112 x 112 +864 +10,838,016\n"),
                    ContainsRegex("blocks.12.pointwise +conv 1x1 +1024 x 7 x 7 +1,048,576 "
                                  "+51,380,224\n"),
                    ContainsRegex("head.age +dense +101 +103,525 +103,424\n"),
                    ContainsRegex("in all +4,384,039 +568,870,400\n")));
}

TEST_F(Pages, summary_follows_the_settings_on_the_command_line) {
  const Ended ended = agtrain(
      "--summary face.yaml model.name=mobilenet_v3_small dataset.size=96 loss.age=regression");
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_THAT(ended.output, AllOf(HasSubstr("mobilenet_v3_small 1.0 (keras) at 96"),
                                  ContainsRegex("head.age +dense +1 +1,025 +1,024\n")));
}

// Each layer's row: its time, what it reaches, and which of the two bounds it.
TEST_F(Pages, the_profile_tells_each_layers_time_and_bound) {
  const Ended ended = agtrain(
      "--profile face.yaml model.width=0.25 dataset.size=32 train.batch_size=2 "
      "train.precision=fp32");
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_THAT(
      ended.output,
      AllOf(ContainsRegex(
                "mobilenet_v1 0.25 .keras. at 32, batch 2, fp32, [a-z0-9]+(_bf16)? kernels"),
            ContainsRegex("The machine: [0-9.]+ GFLOP/s, [0-9.]+ GB/s"),
            ContainsRegex("stem.conv +conv 3x3 /2 +[0-9.]+ +[0-9.]+ +[0-9.]+ +(memory|arithmetic)"),
            ContainsRegex("blocks.12.pointwise +conv 1x1 .*%\n"),
            ContainsRegex("the step reaches [0-9]+% of the roofline")));
}

TEST_F(Pages, mistakes_are_told_with_their_place_and_code_2) {
  struct Mistake {
    std::string words, says;
  };
  std::ofstream(folder_.path() / "face.yaml", std::ios::app) << "optimiser: {lr: 1}\n";
  std::ofstream(folder_.path() / "good.yaml") << "dataset: {path: data, size: 64}\n";
  const Mistake mistakes[] = {
      {"--summary face.yaml", "face.yaml:4: 'optimiser' isn't a key; the nearest is 'optimizer'"},
      {"--summary absent.yaml", "absent.yaml: there is no such file"},
      {"--summary good.yaml model.name=mobilenet_v2 model.flavour=torch", "model.flavour"},
      {"--summary good.yaml model.width=0.001", "model.width"},
      {"--summary", "EXPERIMENT"},
      {"exprt 7f3a --to onnx", "agtrain: no command 'exprt'; did you mean export?"},
      {"--summary good.yaml --resume auto", "--resume"},
      {"--summary good.yaml --list-models", "--list-models"},
  };
  for (const Mistake& mistake : mistakes) {
    SCOPED_TRACE(mistake.words);
    const Ended ended = agtrain(mistake.words);
    EXPECT_EQ(ended.code, 2) << ended.output;
    EXPECT_THAT(ended.output, AllOf(HasSubstr(mistake.says), Not(HasSubstr("in all"))));
  }
}

// The counts are Keras's, without top.
TEST_F(Pages, the_list_names_every_family_with_its_flavours_and_size) {
  const Ended ended = agtrain("--list-models");
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_THAT(
      ended.output,
      AllOf(ContainsRegex("mobilenet_v1 +keras, timm +3,228,864 +567.72 "),
            ContainsRegex("mobilenet_v2 +keras, torchvision, timm +2,257,984 +299.49 "),
            ContainsRegex("mobilenet_v3_small +keras, torchvision, timm +939,120 +54.90 "),
            ContainsRegex("mobilenet_v3_large +keras, torchvision, timm +2,996,352 +214.08 "),
            ContainsRegex("mobilenet_v4_conv_small +timm +[0-9,]+ +[0-9.]+ ")));
}

TEST_F(Pages, every_network_of_the_list_has_an_experiment_of_its_own) {
  const Ended list = agtrain("--list-models | grep -o ^mobilenet_[a-z0-9_]*");
  EXPECT_EQ(list.code, 0) << list.output;
  std::istringstream names(list.output);
  int count = 0;
  for (std::string name; names >> name; ++count) {
    const Ended found =
        run(fmt::format("grep -lE 'name: {},' {}/experiments/*.yaml", name, AG_SOURCE_DIR),
            folder_.path());
    EXPECT_EQ(found.code, 0) << "no experiment trains " << name;
  }
  EXPECT_GE(count, 5);
}

}  // namespace
}  // namespace ag::test
