#include "launch/sweep/folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "framework/core/error.h"
#include "launch/sweep/job.h"
#include "tests/support/temporary_folder.h"

namespace ag::sweep {
namespace {

TEST(FileLock, is_held_by_one_until_it_is_gone) {
  const test::TemporaryFolder folder;
  std::optional<FileLock> lock = FileLock::take(folder / "a");
  ASSERT_TRUE(lock);
  EXPECT_TRUE(FileLock::is_held(folder / "a"));
  EXPECT_FALSE(FileLock::take(folder / "a"));
  lock.reset();
  EXPECT_FALSE(FileLock::is_held(folder / "a"));
  EXPECT_TRUE(FileLock::take(folder / "a"));
  EXPECT_FALSE(FileLock::is_held(folder / "none"));
}

TEST(FileLock, is_held_by_a_job_after_its_starter_let_go) {
  const test::TemporaryFolder folder;
  std::optional<FileLock> lock = FileLock::take(folder / "a");
  ASSERT_TRUE(lock);
  {
    Job job({"sleep", "60"}, folder / "log", std::move(*lock));
    lock.reset();
    EXPECT_TRUE(FileLock::is_held(folder / "a"));
    EXPECT_FALSE(job.poll());
  }
  EXPECT_FALSE(FileLock::is_held(folder / "a"));
}

TEST(Journal, keeps_whole_lines_and_leaves_a_cut_one_out) {
  const test::TemporaryFolder scratch;
  const SweepFolder folder(scratch.path());
  folder.append({.kind = JournalEntry::Kind::kStart, .trial = "abc", .job = "7_1"});
  std::ofstream(scratch / "journal.jsonl", std::ios::app) << "{\"event\": \"en";
  folder.append({.kind = JournalEntry::Kind::kEnd, .trial = "abc", .code = 3});
  folder.append({.kind = JournalEntry::Kind::kPrune, .trial = "abc", .epoch = 9});
  const std::vector<JournalEntry> entries = folder.journal();
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0].job, "7_1");
  EXPECT_GT(entries[0].time, 1e9);
  EXPECT_EQ(entries[1].kind, JournalEntry::Kind::kEnd);
  EXPECT_EQ(entries[1].code, 3);
  EXPECT_EQ(entries[2].epoch, 9);
}

TEST(Journal, passes_over_an_event_it_does_not_know) {
  const test::TemporaryFolder scratch;
  const SweepFolder folder(scratch.path());
  folder.append({.kind = JournalEntry::Kind::kBegin});
  std::ofstream(scratch / "journal.jsonl", std::ios::app)
      << "\n{\"time\":1,\"event\":\"moved\",\"trial\":\"abc\"}\n"
      << "\n{\"time\":2,\"trial\":\"abc\"}\n";
  folder.append({.kind = JournalEntry::Kind::kEnd, .trial = "abc", .code = 75});
  const std::vector<JournalEntry> entries = folder.journal();
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].kind, JournalEntry::Kind::kBegin);
  EXPECT_EQ(entries[1].kind, JournalEntry::Kind::kEnd);
  EXPECT_EQ(entries[1].code, 75);
}

int wait_for(Job& job) {
  for (int i = 0; i < 500; ++i) {
    if (const auto code = job.poll()) return *code;
    ::usleep(20000);
  }
  return -1;
}

TEST(Job, tells_how_its_process_ended_and_keeps_what_it_said) {
  const test::TemporaryFolder folder;
  const auto run = [&folder](const std::vector<std::string>& command) {
    Job job(command, folder / "logs/x.log", std::move(*FileLock::take(folder / "claim")));
    return wait_for(job);
  };
  EXPECT_EQ(run({"sh", "-c", "echo it is; echo bad >&2; exit 7"}), 7);
  EXPECT_EQ(run({"sh", "-c", "kill -9 $$"}), 137);
  EXPECT_EQ(run({"no-such-program"}), 127);
  std::ifstream in(folder / "logs/x.log");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  EXPECT_THAT(text, testing::HasSubstr("$ sh -c 'echo it is; echo bad >&2; exit 7'\nit is\nbad\n"));
  EXPECT_THAT(text, testing::HasSubstr("couldn't be started"));
}

TEST(Job, ends_when_its_starter_is_killed) {
  const test::TemporaryFolder folder;
  const pid_t starter = ::fork();
  if (starter == 0) {
    Job job({"sleep", "60"}, folder / "log", std::move(*FileLock::take(folder / "claim")));
    ::pause();
  }
  while (!FileLock::is_held(folder / "claim")) ::usleep(10000);
  ::usleep(300000);  // for exec
  ::kill(starter, SIGKILL);
  ::waitpid(starter, nullptr, 0);
  int tries = 0;
  while (FileLock::is_held(folder / "claim") && ++tries < 500) ::usleep(10000);
  EXPECT_LT(tries, 500);
}

TEST(ShellLine, can_be_typed) {
  EXPECT_EQ(shell_line({"a", "b=c.d", "e f", "it's", ""}), "a b=c.d 'e f' 'it'\\''s' ''");
}

}  // namespace
}  // namespace ag::sweep
