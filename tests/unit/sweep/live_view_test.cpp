#include "launch/sweep/live_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "tests/support/environment.h"
#include "tests/support/pseudo_terminal.h"
#include "tests/support/temporary_folder.h"

namespace ag::sweep {
namespace {

using report::ColourChoice;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// A sweep of three trials, of which one runs.
class LiveViewTest : public testing::Test {
 protected:
  LiveViewTest() {
    for (const char* id : {"a", "b", "c"}) plan_.trials.push_back({.id = id, .epochs = 9});
    plan_.config.name = "widths";
    plan_.database = folder_ / "t.db";
    sweep_.append({.kind = JournalEntry::Kind::kStart, .trial = "a"});
    claim_ = FileLock::take(claim_file(plan_, plan_.trials[0]));
  }

  std::string drawn(ColourChoice colour) const {
    const test::PseudoTerminal terminal(100);
    Watch watch(plan_, sweep_);
    watch.read_all();
    LiveView(plan_, 1, colour, terminal.stream()).update(watch);
    return terminal.take();
  }

 private:
  test::ScopedVariable term_{"TERM", "xterm"};
  test::ScopedVariable rank_{"OMPI_COMM_WORLD_RANK", nullptr};
  test::TemporaryFolder folder_;
  SweepFolder sweep_{folder_.path()};
  Plan plan_;
  std::optional<FileLock> claim_;
};

TEST_F(LiveViewTest, tells_how_far_the_sweep_and_each_running_trial_are) {
  EXPECT_THAT(drawn(ColourChoice::kNever),
              AllOf(HasSubstr("widths"), HasSubstr("3 trials: 0 done, 1 running, 2 to go"),
                    HasSubstr("epoch 0/9")));
}

TEST_F(LiveViewTest, has_colours_where_they_are_wanted) {
  const test::ScopedVariable unset("NO_COLOR", nullptr);
  EXPECT_THAT(drawn(ColourChoice::kAuto), HasSubstr("\033[32m"));
  EXPECT_THAT(drawn(ColourChoice::kNever), Not(HasSubstr("\033")));
  const test::ScopedVariable refused("NO_COLOR", "1");
  EXPECT_THAT(drawn(ColourChoice::kAuto), Not(HasSubstr("\033")));
  EXPECT_THAT(drawn(ColourChoice::kAlways), HasSubstr("\033[32m"));
}

}  // namespace
}  // namespace ag::sweep
