#include "tracking/pending_format.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/unit/tracking/tracking_test_support.h"

namespace ag::tracking {
namespace {

template <class Kind>
Kind there_and_back(const Kind& kind) {
  const std::string line = to_line(Row(kind));
  EXPECT_EQ(line.find('\n'), line.size() - 1) << line;
  return std::get<Kind>(std::get<Row>(from_line(line).value()));
}

TEST(PendingFormat, a_step_comes_back_as_it_was) {
  StepRow row = step_row(3);
  row.loss = std::nextafter(0.1, 1.0);
  row.lr = std::numeric_limits<double>::denorm_min();
  row.seconds = -std::numeric_limits<double>::infinity();
  row.data_wait_seconds = std::nan("");
  const StepRow back = there_and_back(row);
  EXPECT_EQ(back.step, row.step);
  EXPECT_EQ(back.epoch, row.epoch);
  EXPECT_EQ(back.loss, row.loss);
  EXPECT_EQ(back.lr, row.lr);
  EXPECT_EQ(back.seconds, row.seconds);
  EXPECT_TRUE(std::isnan(back.data_wait_seconds));
  EXPECT_EQ(back.comm_wait_seconds, row.comm_wait_seconds);
}

TEST(PendingFormat, the_other_rows_come_back_as_they_were) {
  const MetricEntry metric = there_and_back(MetricEntry{{2, 20, "val/age_mae", 7.25}, 1.5});
  EXPECT_EQ(metric.row.epoch, 2);
  EXPECT_EQ(metric.row.step, 20);
  EXPECT_EQ(metric.row.name, "val/age_mae");
  EXPECT_EQ(metric.row.value, 7.25);
  EXPECT_EQ(metric.time, 1.5);
  const CheckpointEntry checkpoint = there_and_back(CheckpointEntry{"/a b/\"c\"\n", 7, "best", 2});
  EXPECT_EQ(checkpoint.path, "/a b/\"c\"\n");
  EXPECT_EQ(checkpoint.step, 7);
  EXPECT_EQ(checkpoint.kind, "best");
  const EndEntry end = there_and_back(EndEntry{RunStatus::kStopped, "SIGUSR1", 3});
  EXPECT_EQ(end.status, RunStatus::kStopped);
  EXPECT_EQ(end.reason, "SIGUSR1");
  EXPECT_EQ(there_and_back(EventEntry{"note", "ü", 3}).text, "ü");
}

TEST(PendingFormat, a_head_comes_back_as_it_was) {
  PendingHead pending{{"token", "7f3a", 12.5, "process", run_start()}, true};
  pending.head.start.resumed_run = "91bc";
  pending.head.start.resumed_step = 40;
  const auto back = std::get<PendingHead>(from_line(to_line(pending)).value());
  EXPECT_TRUE(back.begins);
  EXPECT_EQ(back.head.token, "token");
  EXPECT_EQ(back.head.created, 12.5);
  EXPECT_EQ(back.head.start.parameters, run_start().parameters);
  EXPECT_EQ(back.head.start.config_yaml, run_start().config_yaml);
  EXPECT_EQ(back.head.start.ranks, 2);
  EXPECT_EQ(back.head.start.resumed_run, "91bc");
  EXPECT_EQ(back.head.start.resumed_step, 40);
  EXPECT_EQ(back.head.start.steps_per_epoch, 10);
}

TEST(PendingFormat, bytes_that_arent_utf8_dont_lose_a_row) {
  EXPECT_EQ(there_and_back(CheckpointEntry{"/r\xff", 7, "best", 2}).step, 7);
}

TEST(PendingFormat, a_line_that_isnt_ours_is_none) {
  for (const char* line :
       {"", "{", "[]", "7", "{}", "{\"pending\": 2, \"file\": \"x\"}", "{\"step\": []}",
        "{\"step\": [1, 2, {}, 4, 5, 6, 7]}", "{\"run\": {\"token\": \"x\"}}", "{\"metric\": 3}"}) {
    EXPECT_FALSE(from_line(line).has_value()) << line;
  }
}

}  // namespace
}  // namespace ag::tracking
