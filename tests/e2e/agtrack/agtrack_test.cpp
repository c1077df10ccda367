// The commands of agtrack as a person types them, over a database that the logger of training
// filled.
#include <SQLiteCpp/Database.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "framework/core/atomic_file.h"
#include "framework/core/text.h"
#include "framework/core/version.h"
#include "tests/e2e/agtrack/fake_runs.h"
#include "tests/support/pseudo_terminal.h"
#include "tests/support/shell.h"
#include "tests/support/temporary_folder.h"

namespace ag {
namespace {
namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

class AgtrackTest : public ::testing::Test {
 protected:
  void SetUp() override {
    wide_ = test::log_fake_run(database_, {.checkpoints = folder_ / "saved", .seed = 1});
    half_ = test::log_fake_run(
        database_,
        {.name = "mobilenet_64_half", .width = 0.5, .checkpoints = folder_ / "saved", .seed = 2});
    failed_ = test::log_fake_run(database_, {.lr = 0.3,
                                             .epochs_done = 7,
                                             .status = RunStatus::kFailed,
                                             .reason = "loss is NaN at step 512",
                                             .seed = 3});
  }

  // `variables` stand before the command: "COLUMNS=80".
  test::ShellAnswer agtrack(const std::string& arguments, const std::string& variables = "") const {
    return test::run_shell("env -u AG_TRACKING_DB -u COLUMNS -u NO_COLOR " + variables +
                               " '" AG_AGTRACK "' " + arguments,
                           folder_.path());
  }
  std::string out_of(const std::string& arguments, const std::string& variables = "") const {
    const test::ShellAnswer answer = agtrack(arguments, variables);
    EXPECT_EQ(answer.code, 0) << answer.error;
    EXPECT_EQ(answer.error, "");
    return answer.out;
  }
  json json_of(const std::string& arguments) const { return json::parse(out_of(arguments)); }
  std::string complaint_of(const std::string& arguments, int code) const {
    const test::ShellAnswer answer = agtrack(arguments);
    EXPECT_EQ(answer.code, code);
    EXPECT_EQ(answer.out, "");
    EXPECT_THAT(lines_of(answer.error), SizeIs(1)) << answer.error;
    EXPECT_THAT(answer.error, StartsWith("agtrack: "));
    return answer.error;
  }

  test::TemporaryFolder folder_;
  fs::path database_ = folder_ / "runs/tracking.db";
  std::string wide_;
  std::string half_;
  std::string failed_;
};

TEST_F(AgtrackTest, list_shows_the_runs_newest_first) {
  const std::vector<std::string> lines = lines_of(out_of("list"));
  ASSERT_THAT(lines, SizeIs(4));
  EXPECT_THAT(lines[0], HasSubstr("val/age_mae"));
  EXPECT_THAT(lines[1], StartsWith(failed_));
  EXPECT_THAT(lines[1], HasSubstr("failed"));
  EXPECT_THAT(lines[1], HasSubstr("7/20"));
  EXPECT_THAT(lines[2], StartsWith(half_));
  EXPECT_THAT(lines[3], StartsWith(wide_));
}

TEST_F(AgtrackTest, list_filters_sorts_and_counts) {
  EXPECT_THAT(json_of("list --status finished --json"), SizeIs(2));
  EXPECT_THAT(json_of("list --experiment other --json"), SizeIs(0));
  EXPECT_THAT(json_of("list --last 1 --json"), SizeIs(1));
  std::vector<double> maes;
  for (const json& run : json_of("list --sort val/age_mae --best --json")) {
    maes.push_back(run["metrics"]["val/age_mae"]);
  }
  ASSERT_THAT(maes, SizeIs(3));
  EXPECT_TRUE(std::ranges::is_sorted(maes));
  std::vector<double> shares;
  for (const json& run : json_of("list --sort val/gender_accuracy --json")) {
    shares.push_back(run["metrics"]["val/gender_accuracy"]);
  }
  EXPECT_TRUE(std::ranges::is_sorted(shares, std::greater<>()));
  EXPECT_THAT(out_of("list --status running"), HasSubstr("no run matches"));
}

TEST_F(AgtrackTest, tables_and_charts_fit_the_terminal) {
  const std::vector<std::string> commands = {"list", "compare", "compare --best", "show " + half_,
                                             "plot"};
  for (const int columns : {60, 80, 120}) {
    const std::string variables = "COLUMNS=" + std::to_string(columns);
    for (const std::string& command : commands) {
      for (const std::string& line : lines_of(out_of(command, variables))) {
        if (line.starts_with("guess:")) continue;  // prose, which the terminal wraps
        EXPECT_LE(display_columns(line), columns) << command << ": " << line;
      }
    }
  }
}

TEST_F(AgtrackTest, show_tells_all_of_a_run) {
  const std::string text = out_of("show " + wide_);
  const std::vector<std::string> parts = {"run " + wide_ + "  mobilenet_64",
                                          "epoch 20 of 20, step 1,400 of 1,400",
                                          "val/gender_accuracy",
                                          "saved/" + wide_ + "/best.safetensors",
                                          "optimizer.momentum",
                                          "2 ranks on workstation"};
  for (const std::string& part : parts) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(out_of("show"), HasSubstr("failed: loss is NaN at step 512")) << "the latest run";
  EXPECT_EQ(out_of("show " + half_ + " --config"),
            "name: mobilenet_64_half\nseed: 2\nmodel: {width: 0.5}\n");
  const json run = json_of("show --json " + wide_);
  EXPECT_EQ(run["id"], wide_);
  EXPECT_EQ(run["parameters"]["model.width"], "1.00");
  EXPECT_EQ(run["metrics"]["val/age_mae"]["last"]["epoch"], 20);
  EXPECT_THAT(run["checkpoints"], SizeIs(2));
}

TEST_F(AgtrackTest, compare_shows_what_differs_and_marks_the_best_beside_the_guess) {
  const std::string text = out_of("compare " + wide_ + " " + half_);
  EXPECT_THAT(text, HasSubstr("model.width"));
  EXPECT_THAT(text, Not(HasSubstr("optimizer.lr"))) << "the same in both";
  EXPECT_THAT(text, HasSubstr("12.42")) << "the guess";
  EXPECT_THAT(text, HasSubstr("* "));
  const json all = json_of("compare --json " + wide_ + " " + half_);
  EXPECT_EQ(all["parameters"]["model.width"][half_], "0.50");
  const json& mae = all["metrics"]["val/age_mae"];
  EXPECT_EQ(mae["guess"], 12.42);
  const bool wide_is_better = mae["values"][wide_]["value"] < mae["values"][half_]["value"];
  EXPECT_EQ(mae["best"], json::array({wide_is_better ? wide_ : half_}));
}

TEST_F(AgtrackTest, compare_takes_the_latest_runs_of_the_experiment_by_itself) {
  test::log_fake_run(database_, {.experiment = "other", .epochs = 2, .epochs_done = 2});
  const auto ids = [&](const std::string& arguments) {
    std::vector<std::string> all;
    const json answer = json_of("compare --json " + arguments);
    for (const json& run : answer["runs"]) all.push_back(run["id"]);
    return all;
  };
  EXPECT_THAT(ids(""), SizeIs(1)) << "the newest run's experiment";
  EXPECT_THAT(ids("--experiment faces"), ElementsAre(wide_, half_, failed_));
  EXPECT_THAT(ids("--experiment faces --last 2"), ElementsAre(half_, failed_));
  test::log_fake_run(database_, {.epochs_done = 0, .status = RunStatus::kFailed});
  EXPECT_THAT(ids("--experiment faces --last 2"), ElementsAre(half_, failed_))
      << "a run without a metric is nothing to compare";
  EXPECT_THAT(complaint_of("compare --experiment face", 2), HasSubstr("did you mean faces?"));
}

TEST_F(AgtrackTest, plot_draws_curves_here_and_as_svg) {
  const std::string text = out_of("plot");
  for (const std::string& id : {wide_, half_, failed_}) EXPECT_THAT(text, HasSubstr(id));
  EXPECT_THAT(text, HasSubstr("train/loss, val/loss"));
  EXPECT_THAT(text, HasSubstr("guess"));
  EXPECT_THAT(out_of("plot " + wide_ + " --metric step/lr --x step"), HasSubstr("step/lr"));
  EXPECT_EQ(out_of("plot --svg curves.svg"), "wrote curves.svg\n");
  EXPECT_THAT(read_file(folder_ / "curves.svg"), StartsWith("<svg "));
  EXPECT_THAT(complaint_of("plot --metric val/age_mea", 2), HasSubstr("did you mean val/age_mae?"));
  EXPECT_THAT(complaint_of("plot --svg /dev/null/curves.svg", 1), HasSubstr("/dev/null"));
}

TEST_F(AgtrackTest, best_names_the_run_and_its_checkpoint) {
  const json best = json_of("best --json --metric val/age_mae");
  double lowest = 1e9;
  for (const json& run : json_of("list --best --json")) {
    lowest = std::min(lowest, run["metrics"]["val/age_mae"].get<double>());
  }
  EXPECT_EQ(best["best"]["value"], lowest);
  const std::string id = best["id"];
  EXPECT_EQ(out_of("best --id"), id + "\n");
  const std::string path = out_of("best --path");
  EXPECT_THAT(path, StartsWith((folder_ / "saved" / id).string()));
  EXPECT_TRUE(fs::exists(path.substr(0, path.size() - 1)));
  EXPECT_THAT(out_of("best"), HasSubstr(id));
  fs::remove_all(folder_ / "saved");
  EXPECT_THAT(complaint_of("best --path", 1), HasSubstr("isn't there any more"));
}

TEST_F(AgtrackTest, export_writes_everything_for_other_programs) {
  const std::vector<std::string> metrics = lines_of(out_of("export --csv " + failed_));
  EXPECT_EQ(metrics[0], "run,metric,epoch,step,value,time");
  EXPECT_THAT(metrics, SizeIs(1 + 7 * 12)) << "seven epochs of twelve metrics";
  const std::vector<std::string> steps = lines_of(out_of("export --csv --steps " + failed_));
  EXPECT_EQ(steps[0], "run,step,epoch,loss,lr,seconds,data_wait_seconds,comm_wait_seconds");
  EXPECT_THAT(steps, SizeIs(1 + 7 * 70));
  EXPECT_EQ(out_of("export --json --out all.json " + wide_ + " " + failed_), "");
  const json all = json::parse(read_file(folder_ / "all.json"));
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_THAT(all[0]["steps_log"], SizeIs(1400));
  EXPECT_THAT(all[0]["metrics"]["val/loss"], SizeIs(20));
  EXPECT_EQ(all[1]["reason"], "loss is NaN at step 512");
  EXPECT_THAT(complaint_of("export " + wide_, 2), HasSubstr("--csv or --json"));
}

TEST_F(AgtrackTest, ids_may_be_cut_and_wrong_ones_are_mended) {
  SQLite::Database(database_, SQLite::OPEN_READWRITE)
      .exec("UPDATE run SET id = '7f3a' WHERE id = '" + wide_ +
            "';"
            "UPDATE run SET id = '7f9b' WHERE id = '" +
            half_ +
            "';"
            "UPDATE run SET id = 'c0de' WHERE id = '" +
            failed_ + "'");
  EXPECT_THAT(out_of("show c"), StartsWith("run c0de"));
  EXPECT_THAT(complaint_of("show 7f", 2), HasSubstr("2 runs begin with '7f'"));
  EXPECT_THAT(complaint_of("show c0d3", 2), HasSubstr("did you mean c0de?"));
  EXPECT_THAT(complaint_of("show nothing", 2), HasSubstr("the latest are c0de, 7f9b, 7f3a"));
}

TEST_F(AgtrackTest, the_database_is_the_option_else_the_variable_else_the_usual_one) {
  const fs::path other = folder_ / "other.db";
  const std::string id = test::log_fake_run(other, {.epochs = 1, .epochs_done = 1});
  EXPECT_THAT(lines_of(out_of("list")), SizeIs(4));
  EXPECT_THAT(out_of("list", "AG_TRACKING_DB=other.db"), HasSubstr(id));
  EXPECT_THAT(out_of("list --db other.db", "AG_TRACKING_DB=nowhere.db"), HasSubstr(id));
  EXPECT_THAT(out_of("--db other.db list"), HasSubstr(id));
}

TEST_F(AgtrackTest, what_it_cant_do_it_says_in_one_line) {
  EXPECT_THAT(complaint_of("list --db nowhere.db", 2), HasSubstr("no tracking database here"));
  EXPECT_FALSE(fs::exists(folder_ / "nowhere.db"));
  EXPECT_THAT(complaint_of("lst", 2), HasSubstr("did you mean list?"));
  EXPECT_THAT(complaint_of("--db runs/tracking.db complre", 2), HasSubstr("did you mean compare?"));
  EXPECT_THAT(complaint_of("", 2), HasSubstr("the commands are list, show, compare"));
  EXPECT_THAT(complaint_of("list --frobnicate", 2), HasSubstr("--frobnicate"));
  EXPECT_THAT(complaint_of("list --sort val/los", 2), HasSubstr("did you mean val/loss?"));
  write_file_atomically(folder_ / "text.db", std::string(4000, 'x'));
  EXPECT_THAT(complaint_of("list --db text.db", 2), HasSubstr("no tracking database"));
  EXPECT_THAT(complaint_of("list > /dev/full", 1), HasSubstr("can't write"));
}

TEST_F(AgtrackTest, help_has_examples_and_the_version_is_ours) {
  EXPECT_EQ(out_of("--version"), std::string("agtrack ") + kVersion + "\n");
  EXPECT_THAT(out_of("--help"), HasSubstr("Examples:"));
  for (const char* command : {"list", "show", "compare", "plot", "best", "export"}) {
    EXPECT_THAT(out_of(std::string(command) + " --help"), HasSubstr("Examples:"));
  }
}

TEST_F(AgtrackTest, colours_are_for_terminals_alone_and_heed_no_color) {
  const test::PseudoTerminal terminal(100);
  const std::string onto = std::string(" > ") + ttyname(fileno(terminal.stream()));
  EXPECT_THAT(out_of("list --status failed"), Not(HasSubstr("\033")));
  out_of("list --status failed" + onto, "TERM=xterm");
  EXPECT_THAT(terminal.take(), HasSubstr("\033[31mfailed\033[0m"));
  out_of("list --status failed" + onto, "TERM=xterm NO_COLOR=1");
  EXPECT_THAT(terminal.take(), Not(HasSubstr("\033")));
  EXPECT_THAT(out_of("list --status failed --color always"), HasSubstr("\033[31mfailed\033[0m"));
  EXPECT_THAT(complaint_of("list --color sometimes", 2), HasSubstr("--color"));
}

TEST_F(AgtrackTest, rows_that_a_run_couldnt_write_are_merged_before_they_are_shown) {
  {
    SQLite::Database other(database_, SQLite::OPEN_READWRITE);
    other.exec("BEGIN EXCLUSIVE");
    tracking::LoggerOptions options;
    options.sink.patience = std::chrono::milliseconds(20);
    options.sink.warn = [](const std::string&) {};
    test::log_fake_run(database_, {.experiment = "late", .epochs = 2, .epochs_done = 2}, options);
  }
  EXPECT_THAT(json_of("list --experiment late --json"), SizeIs(1));
}

// A folder that may only be read, as another user's: root may write anywhere, so a user who isn't
// root asks.
TEST_F(AgtrackTest, a_database_that_may_only_be_read_is_shown) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to become somebody who may not write";
  if (test::run_shell("command -v setpriv", folder_.path()).code != 0) {
    GTEST_SKIP() << "needs setpriv, of util-linux";
  }
  const std::string as_nobody = "setpriv --reuid=65534 --regid=65534 --clear-groups";
  if (test::run_shell(as_nobody + " '" AG_AGTRACK "' --version", folder_.path()).code != 0) {
    GTEST_SKIP() << "nobody may not run agtrack where it was built";
  }
  EXPECT_THAT(out_of("list", as_nobody), HasSubstr(wide_));
}

}  // namespace
}  // namespace ag
