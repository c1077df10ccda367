// A trained network becomes a file for other programs, with a card beside it, or nothing at all.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "framework/core/atomic_file.h"
#include "tests/e2e/train/training_fixture.h"

namespace ag::test {
namespace {
namespace fs = std::filesystem;

using ::testing::AllOf;
using ::testing::HasSubstr;

class Export : public TrainingTest {
 protected:
  // Trained once, with a validation of each of two epochs.
  void SetUp() override {
    TrainingTest::SetUp();
    train(0, "runs", "train.epochs=2");
    run_folder_ = checkpoint_path("runs", 2 * kStepsPerEpoch).parent_path();
  }

  Ended agtrain_export(const std::string& words) const {
    return run(fmt::format("bash -c '. {}/launch/env.sh; exec {}/bin/agtrain export {}'",
                           AG_SOURCE_DIR, AG_BINARY_DIR, words),
               folder());
  }

  fs::path run_folder_;
};

TEST_F(Export, the_best_checkpoint_has_a_model_card_beside_it) {
  EXPECT_THAT(
      read_file(run_folder_ / "best.md"),
      AllOf(HasSubstr("9 validation pictures"), HasSubstr("| **both** | **all** | 9 (few) |"),
            HasSubstr("must not be used for")));
}

TEST_F(Export, each_form_is_written_with_a_card_and_says_how_to_load_it) {
  struct Form {
    std::string words, file, says;
  };
  const Form forms[] = {
      {"--to safetensors", "best.timm.safetensors", "load_state_dict"},
      {"--to safetensors --names own --trunk-only", "best.own.safetensors", "load_file"},
      {"--to keras-h5", "best.h5", "load_weights"},
      {"--to onnx", "best.onnx", "onnxruntime.InferenceSession"},
  };
  for (const Form& form : forms) {
    SCOPED_TRACE(form.words);
    const Ended ended = agtrain_export(run_folder_.string() + " " + form.words);
    EXPECT_EQ(ended.code, 0) << ended.output;
    EXPECT_THAT(ended.output,
                AllOf(HasSubstr("wrote"), HasSubstr(form.file), HasSubstr(form.says)));
    EXPECT_TRUE(fs::exists(run_folder_ / form.file));
    EXPECT_THAT(read_file(run_folder_ / (form.file + ".md")),
                AllOf(HasSubstr(form.says), HasSubstr("must not be used for")));
  }
}

TEST_F(Export, every_kind_of_age_head_goes_out_with_what_it_answers) {
  struct Kind {
    std::string settings, answers;
  };
  const Kind kinds[] = {
      {"loss.age=ordinal loss.ordinal=coral", "age_older, age_years, gender_probabilities ="},
      {"loss.age=ordinal loss.ordinal=or_cnn", "age_older, age_years, gender_probabilities ="},
      {"loss.age=regression", "\nage_years, gender_probabilities ="},
  };
  for (const Kind& kind : kinds) {
    SCOPED_TRACE(kind.settings);
    fs::remove_all(folder() / "other");
    train(0, "other", kind.settings + " loss.age_weight=0.01");
    const fs::path file = checkpoint_path("other", kStepsPerEpoch);
    const Ended ended = agtrain_export(file.string() + " --to onnx");
    EXPECT_EQ(ended.code, 0) << ended.output;
    EXPECT_THAT(ended.output, HasSubstr(kind.answers));
  }
}

TEST_F(Export, a_run_is_named_by_its_id_and_the_file_by_the_user) {
  const Ended ended = agtrain_export(
      fmt::format("{} --runs {} --to onnx --out {}", run_folder_.filename().string(),
                  run_folder_.parent_path().string(), (folder() / "to" / "face.onnx").string()));
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_TRUE(fs::exists(folder() / "to" / "face.onnx"));
}

TEST_F(Export, int8_is_smaller_and_compared_with_float) {
  ASSERT_EQ(agtrain_export(run_folder_.string() + " --to onnx").code, 0);
  const Ended ended = agtrain_export(run_folder_.string() + " --to onnx --int8 --pictures 20");
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_THAT(ended.output,
              AllOf(HasSubstr("mean age error"), HasSubstr("gender right"),
                    HasSubstr("one picture, one thread"), HasSubstr("from 20 training pictures")));
  // The scales of so narrow a network's channels weigh more than of a wide one's.
  EXPECT_LT(fs::file_size(run_folder_ / "best.int8.onnx"),
            fs::file_size(run_folder_ / "best.onnx") / 2);
}

TEST_F(Export, mistakes_are_told_and_leave_no_file) {
  const std::string run_id = run_folder_.string();
  struct Mistake {
    std::string words;
    int code;
    std::string says;
  };
  std::ofstream(folder() / "cut.safetensors") << "not a checkpoint";
  const Mistake mistakes[] = {
      {"", 2, "CHECKPOINT"},
      {run_id + " --to tflite", 2, "onnx"},
      {run_id + " --to keras-h5 --int8", 2, "goes with --to onnx"},
      {run_id + " --to keras-h5 --out x.weights.h5", 2, "another format"},
      {"nothing --runs " + run_folder_.parent_path().string() + " --to onnx", 2, "neither"},
      {(folder() / "cut.safetensors").string() + " --to onnx", 1, "cut.safetensors"},
      {run_id + " --to safetensors --names torchvision", 1, "torchvision"},
      {run_id + " --to onnx --int8 --dataset " + (folder() / "none").string(), 2, "no data set"},
      {run_id + " --to onnx --out /proc/x.onnx", 1, "/proc"},
  };
  for (const Mistake& mistake : mistakes) {
    SCOPED_TRACE(mistake.words);
    const Ended ended = agtrain_export(mistake.words);
    EXPECT_EQ(ended.code, mistake.code) << ended.output;
    EXPECT_THAT(ended.output, HasSubstr(mistake.says));
  }
  for (const fs::directory_entry& entry : fs::directory_iterator(run_folder_)) {
    const std::string name = entry.path().filename();
    EXPECT_TRUE(name.starts_with("step-") || name.starts_with("best.")) << name;
    EXPECT_FALSE(name.ends_with(".onnx") || name.ends_with(".h5")) << name;
  }
}

}  // namespace
}  // namespace ag::test
