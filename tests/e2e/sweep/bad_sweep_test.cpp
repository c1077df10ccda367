// What is wrong is said before anything is started.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>

#include "tests/e2e/sweep/sweep_fixture.h"

namespace ag::test {
namespace {

using testing::HasSubstr;

class BadSweep : public SweepTest {
 protected:
  void expect_refused(const std::string& yaml, const std::vector<std::string>& words,
                      const std::string& settings = "") const {
    std::ofstream(folder() / "sweep.yaml") << yaml;
    const Ended ended = sweep("run sweep.yaml " + settings, 60);
    EXPECT_TRUE(ended.code == 1 || ended.code == 2) << ended.code << ended.output;
    for (const std::string& word : words) EXPECT_THAT(ended.output, HasSubstr(word));
    EXPECT_EQ(std::count(ended.output.begin(), ended.output.end(), '\n'), 1) << ended.output;
    EXPECT_FALSE(std::filesystem::exists(folder() / "runs")) << ended.output;
  }
};

TEST_F(BadSweep, is_refused_by_one_message_and_starts_nothing) {
  expect_refused("base: tiny.yaml\nparameters: {model.widht: {values: [0.5, 1]}}\n",
                 {"model.widht", "model.width"});
  expect_refused("base: tiny.yaml\nparameters: {model.width: {values: []}}\n", {"empty"});
  expect_refused("base: tiny.yaml\nparameters: {}\n", {"nothing to vary"});
  expect_refused("base: none.yaml\nparameters: {model.width: {values: [0.5, 1]}}\n",
                 {"none.yaml", "no such file"});
  expect_refused("base: tiny.yaml\nparameters: {model.name: {values: [mobilenet_v1, vgg]}}\n",
                 {"vgg"});
  expect_refused("base: tiny.yaml\nparameters: {dataset.path: {values: [data, elsewhere]}}\n",
                 {"elsewhere"});
  expect_refused("bse: tiny.yaml\nparameters: {model.width: {values: [0.5, 1]}}\n",
                 {"sweep.yaml:1", "'bse'", "'base'"});
}

TEST_F(BadSweep, of_a_base_that_does_not_validate_names_the_bases_line) {
  std::ofstream(folder() / "tiny.yaml") << "name: x\noptimizer: {lrr: 1}\n";
  expect_refused("base: tiny.yaml\nparameters: {model.width: {values: [0.5, 1]}}\n",
                 {"tiny.yaml:2", "optimizer.lr"});
}

TEST_F(BadSweep, for_a_slurm_that_is_not_there_says_so) {
  expect_refused("base: tiny.yaml\nparameters: {model.width: {values: [0.25, 0.5]}}\n",
                 {"Slurm", "launcher.name"}, "launcher.name=slurm");
}

TEST_F(BadSweep, that_was_never_run_has_no_status) {
  const Ended ended = sweep("status nothing");
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.output, HasSubstr("there is no such sweep"));
  EXPECT_EQ(sweep("").code, 2);
  EXPECT_THAT(sweep("stauts grid").output, HasSubstr("no command 'stauts'; did you mean status?"));
  EXPECT_EQ(sweep("--help").code, 0);
  EXPECT_THAT(sweep("status nothing --color sometimes").output, HasSubstr("--color"));
}

}  // namespace
}  // namespace ag::test
