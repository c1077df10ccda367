// The shard as other programs see it, and as it is after other programs rewrote it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "framework/core/atomic_file.h"
#include "framework/data/shard_reader.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/data/dataset_fixture.h"

namespace ag::data {
namespace {
namespace fs = std::filesystem;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

bool has_program(const std::string& name) {
  return std::system(("command -v " + name + " >/dev/null 2>&1").c_str()) == 0;
}

std::string output_of(const std::string& command) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string text;
  for (int c = 0; (c = std::fgetc(pipe.get())) != EOF;) text += static_cast<char>(c);
  return text;
}

TEST(Shard, is_read_through_a_map) {
  const test::TemporaryFolder folder;
  write_fake_dataset(folder.path(), 40, 1'000'000);
  const DatasetInfo info = Dataset::open(folder.path()).info();
  EXPECT_TRUE(ShardReader(folder.path(), info.shards[0], Encoding::kJpeg).mapped());
}

TEST(Shard, h5dump_shows_what_was_written) {
  if (!has_program("h5dump")) GTEST_SKIP() << "h5dump (package hdf5-tools) isn't installed";
  const test::TemporaryFolder folder;
  write_fake_dataset(folder.path(), 4, 1'000'000);
  const std::string text = output_of("h5dump " + (folder / "shard-00000.h5").string());
  EXPECT_THAT(text, HasSubstr("\"agtrain shard\""));
  EXPECT_THAT(text, HasSubstr("DATASET \"identity\""));
  EXPECT_THAT(text, HasSubstr("(0): 0, 10, 20, 30"));  // source
  EXPECT_THAT(text, HasSubstr("(0): 0, 1, 2, 3"));     // age
}

TEST(Shard, repacked_with_chunks_and_compression_it_reads_the_same) {
  if (!has_program("h5repack")) GTEST_SKIP() << "h5repack (package hdf5-tools) isn't installed";
  for (const bool raw : {false, true}) {
    const test::TemporaryFolder folder;
    write_fake_dataset(folder.path(), 40, 1'000'000, raw ? 3 : 0, raw ? 2 : 0);
    const fs::path shard = folder / "shard-00000.h5";
    const fs::path repacked = folder / "repacked.h5";
    ASSERT_EQ(std::system(
                  ("h5repack -m 1 -f GZIP=6 " + shard.string() + " " + repacked.string()).c_str()),
              0);
    fs::rename(repacked, shard);
    const Dataset dataset = Dataset::open(folder.path());
    const ShardReader reader(folder.path(), dataset.info().shards[0],
                             raw ? Encoding::kRaw : Encoding::kJpeg);
    EXPECT_FALSE(reader.mapped());
    std::int64_t next = 0;
    for (int i = 0; i < 40; ++i) {
      if (fake_labels(i).split != Split::kTrain) continue;
      const SampleView view = dataset.sample(Split::kTrain, next++);
      EXPECT_THAT(view.picture, ElementsAreArray(fake_picture(i, raw ? 18 : 0)));
      EXPECT_EQ(view.labels.age, fake_labels(i).age);
    }
  }
}

// A limit on the size of files stands in for a full disk.
TEST(Shard, that_doesnt_fit_on_the_disk_says_so_and_leaves_nothing) {
  const test::TemporaryFolder folder;
  DatasetWriter writer(folder.path(), {.name = "n"}, 50'000, false);
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  rlimit small = before;
  small.rlim_cur = 20'000;
  setrlimit(RLIMIT_FSIZE, &small);
  std::string message;
  try {
    for (int i = 0; i < 12; ++i) writer.add(fake_picture(i, 5'000), fake_labels(i));
  } catch (const Error& error) {
    message = error.what();
  }
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_THAT(message, HasSubstr("shard-00000.h5: can't write: File too large"));
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

}  // namespace
}  // namespace ag::data
