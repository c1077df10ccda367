#include "framework/data/dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "framework/core/atomic_file.h"
#include "framework/data/dataset_manifest.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/data/dataset_fixture.h"

namespace ag::data {
namespace {
namespace fs = std::filesystem;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

void expect_all_samples(const Dataset& dataset, int count, std::size_t bytes = 0) {
  std::array<std::int64_t, kSplits> next{};
  for (int i = 0; i < count; ++i) {
    const SampleLabels labels = fake_labels(i);
    const std::int64_t index = next[static_cast<std::size_t>(labels.split)]++;
    const SampleView view = dataset.sample(labels.split, index);
    const SampleLabels read = dataset.labels(labels.split, index);
    EXPECT_EQ(read.age, labels.age);
    EXPECT_EQ(read.identity, labels.identity);
    EXPECT_EQ(read.split, labels.split);
    EXPECT_THAT(view.picture, ElementsAreArray(fake_picture(i, bytes)));
    EXPECT_EQ(view.labels.age, labels.age);
    EXPECT_EQ(view.labels.gender, labels.gender);
    EXPECT_EQ(view.labels.identity, labels.identity);
    EXPECT_EQ(view.labels.source, labels.source);
  }
  for (std::size_t split = 0; split < kSplits; ++split) {
    EXPECT_EQ(dataset.size(static_cast<Split>(split)), next[split]);
  }
}

TEST(Dataset, what_is_written_is_read_whatever_the_shards_size) {
  const test::TemporaryFolder folder;
  for (const std::uint64_t shard_bytes : {1ull, 100ull, 1'000ull, 1'000'000ull}) {
    write_fake_dataset(folder.path(), 60, shard_bytes);
    const Dataset dataset = Dataset::open(folder.path());
    expect_all_samples(dataset, 60);
    EXPECT_EQ(dataset.info().shards.size() == 60, shard_bytes == 1);
    EXPECT_EQ(dataset.info().shards.size() == 1, shard_bytes == 1'000'000);
  }
}

TEST(Dataset, raw_pictures_come_back_with_their_size) {
  const test::TemporaryFolder folder;
  write_fake_dataset(folder.path(), 20, 400, 4, 5);
  const Dataset dataset = Dataset::open(folder.path());
  expect_all_samples(dataset, 20, 4 * 5 * 3);
  EXPECT_EQ(dataset.sample(Split::kTrain, 0).width, 4);
  EXPECT_EQ(dataset.sample(Split::kTrain, 0).height, 5);
}

TEST(Dataset, the_description_comes_back) {
  const test::TemporaryFolder folder;
  DatasetInfo about{.name = "n\xC3\xB6", .source = "/s \"q\""};
  about.size = 224;
  about.margin = 0.4;
  about.licence = "research \"only\"";
  about.options = {{"seed", "7"}, {"min face score", "3"}};
  DatasetWriter writer(folder.path(), about, 1000, false);
  writer.add(fake_picture(0), fake_labels(1));
  writer.commit({{"no face", 3}, {"empty", 0}});
  const DatasetInfo info = Dataset::open(folder.path()).info();
  EXPECT_EQ(info.name, about.name);
  EXPECT_EQ(info.source, about.source);
  EXPECT_EQ(info.size, 224);
  EXPECT_EQ(info.margin, 0.4);
  EXPECT_EQ(info.licence, about.licence);
  EXPECT_EQ(info.options, about.options);
  EXPECT_EQ(info.rejections, (decltype(info.rejections){{"no face", 3}, {"empty", 0}}));
  EXPECT_EQ(info.counts, (std::array<std::uint32_t, kSplits>{1, 0, 0}));
}

TEST(Dataset, one_written_before_licences_were_told_opens) {
  const test::TemporaryFolder folder;
  write_fake_dataset(folder.path(), 3, 1000);
  std::string manifest = read_file(folder / kManifestName);
  const std::string entry = "  \"licence\": null,\n";
  ASSERT_NE(manifest.find(entry), std::string::npos);
  manifest.erase(manifest.find(entry), entry.size());
  write_file_atomically(folder / kManifestName, manifest);
  EXPECT_EQ(Dataset::open(folder.path()).info().licence, std::nullopt);
}

TEST(Dataset, the_same_samples_give_the_same_bytes_and_others_another_hash) {
  const test::TemporaryFolder folder;
  write_fake_dataset(folder / "a", 30, 300);
  write_fake_dataset(folder / "b", 30, 300);
  write_fake_dataset(folder / "c", 31, 300);
  const Dataset a = Dataset::open(folder / "a");
  for (const ShardInfo& shard : a.info().shards) {
    EXPECT_EQ(read_file(folder / "a" / shard.name), read_file(folder / "b" / shard.name));
  }
  EXPECT_EQ(a.info().content_hash, Dataset::open(folder / "b").info().content_hash);
  EXPECT_NE(a.info().content_hash, Dataset::open(folder / "c").info().content_hash);
}

TEST(Dataset, many_threads_read_at_once) {
  const test::TemporaryFolder folder;
  write_fake_dataset(folder.path(), 60, 200);
  const Dataset dataset = Dataset::open(folder.path());
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { expect_all_samples(dataset, 60); });
  for (std::thread& thread : threads) thread.join();
}

TEST(Dataset, a_folder_that_holds_one_isnt_overwritten_unasked) {
  const test::TemporaryFolder folder;
  write_fake_dataset(folder.path(), 5, 100);
  try {
    const DatasetWriter writer(folder.path(), {}, 100, false);
    FAIL() << "overwritten";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("add --overwrite"));
    EXPECT_EQ(error.code(), ExitCode::kUsage);
  }
  expect_all_samples(Dataset::open(folder.path()), 5);
}

TEST(Dataset, overwriting_leaves_no_shard_of_the_old_one) {
  const test::TemporaryFolder folder;
  write_fake_dataset(folder.path(), 30, 1);
  write_fake_dataset(folder.path(), 3, 1);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 4);
}

TEST(Dataset, a_writer_without_commit_leaves_no_data_set_and_no_shard) {
  const test::TemporaryFolder folder;
  {
    DatasetWriter writer(folder.path(), {}, 1, false);
    for (int i = 0; i < 5; ++i) writer.add(fake_picture(i), fake_labels(i));
    EXPECT_TRUE(fs::exists(folder / "shard-00000.h5"));
    EXPECT_THAT(complaint_of_opening(folder.path()), HasSubstr("holds no data set"));
  }
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(Dataset, a_picture_that_changed_on_disk_is_an_error_that_names_shard_and_row) {
  const test::TemporaryFolder folder;
  write_fake_dataset(folder.path(), 60, 1'000'000);
  const fs::path shard = folder / "shard-00000.h5";
  std::string bytes = read_file(shard);
  const auto needle = fake_picture(7);
  const auto at = std::search(bytes.begin(), bytes.end(), needle.begin(), needle.end(),
                              [](char a, std::byte b) { return static_cast<std::byte>(a) == b; });
  ASSERT_NE(at, bytes.end());
  *at ^= 1;
  write_file_atomically(shard, bytes);
  const Dataset dataset = Dataset::open(folder.path());  // doesn't read the pictures
  ASSERT_EQ(fake_labels(7).split, Split::kTest);
  try {
    dataset.sample(Split::kTest, 0);
    FAIL() << "read as if nothing were wrong";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr(shard.string() + ": row 7 doesn't match its checksum"));
  }
}

}  // namespace
}  // namespace ag::data
