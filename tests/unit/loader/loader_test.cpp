#include "framework/loader/loader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "framework/core/error.h"
#include "framework/data/epoch_order.h"
#include "framework/data/permutation.h"
#include "framework/data/resize.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/loader/loader_fixture.h"

namespace ag::loader {
namespace {

using data::Dataset;
using data::DatasetConfig;
using data::Picture;
using data::Split;

constexpr data::AugmentConfig kAugment{0.5, 0.5, 0.5, 0.5, 0.5, 0.5};
constexpr std::uint64_t kSeed = 11;

class LoaderTest : public testing::Test {
 protected:
  LoaderTest() { write_jpeg_dataset(folder_.path()); }

  DatasetConfig config() const {
    return {.path = folder_.path().string(), .size = 32, .workers = 2, .prefetch = 2};
  }
  DatasetConfig balanced_config() const {
    DatasetConfig balanced = config();
    balanced.balance = "age_band";
    balanced.balance_edges = {10};
    return balanced;
  }
  static LoaderPlan plan(std::int64_t global_batch) {
    return {.seed = kSeed, .global_batch = global_batch};
  }

  test::TemporaryFolder folder_;
};

// Two epochs by a loader of one's own.
std::vector<Row> two_epochs(const Dataset& dataset, const DatasetConfig& config,
                            const LoaderPlan& plan) {
  Loader loader(dataset, config, kAugment, plan);
  std::vector<Row> rows;
  for (const std::uint32_t epoch : {1u, 2u}) {
    loader.start(epoch);
    const std::vector<Row> more = take(loader, loader.plan().steps());
    rows.insert(rows.end(), more.begin(), more.end());
  }
  return rows;
}

// The same by the loaders of `ranks` ranks, step by step, rank by rank.
std::vector<Row> two_epochs_of_ranks(const Dataset& dataset, const DatasetConfig& config,
                                     const LoaderPlan& plan, int ranks) {
  std::vector<std::unique_ptr<Loader>> loaders;
  for (int rank = 0; rank < ranks; ++rank) {
    LoaderPlan of_rank = plan;
    of_rank.rank = rank;
    of_rank.ranks = ranks;
    loaders.push_back(std::make_unique<Loader>(dataset, config, kAugment, of_rank));
  }
  std::vector<Row> rows;
  for (const std::uint32_t epoch : {1u, 2u}) {
    for (const auto& loader : loaders) loader->start(epoch);
    for (std::int64_t step = 0; step < loaders[0]->plan().steps(); ++step) {
      for (const auto& loader : loaders) {
        const std::vector<Row> more = take(*loader, 1);
        rows.insert(rows.end(), more.begin(), more.end());
      }
    }
  }
  return rows;
}

TEST_F(LoaderTest, a_row_is_its_sample_decoded_resized_augmented_and_scaled) {
  const Dataset dataset = Dataset::open(folder_.path());
  Loader loader(dataset, config(), kAugment, plan(8));
  loader.start(3);
  const std::vector<Row> rows = take(loader, loader.plan().steps());
  ASSERT_EQ(rows.size(), static_cast<std::size_t>(kTrainPictures));
  for (std::uint32_t position = 0; position < rows.size(); ++position) {
    const std::uint32_t sample = data::permute(kSeed, 3, position, kTrainPictures);
    const data::SampleView view = dataset.sample(Split::kTrain, sample);
    Picture decoded;
    Picture resized;
    ASSERT_FALSE(data::JpegDecoder().decode(view.picture, decoded));
    data::resize_bilinear_reference(decoded, 32, 32, resized);
    std::vector<double> want(resized.rgb.size());
    data::augment_reference(data::draw_augmentation(kAugment, kSeed, 3, sample), resized.rgb, 32,
                            32, want);
    const Row& row = rows[position];
    EXPECT_EQ(row.sample, sample);
    EXPECT_EQ(row.age, view.labels.age);
    EXPECT_EQ(row.gender, view.labels.gender);
    for (std::size_t i = 0; i < want.size(); ++i) ASSERT_NEAR(row.picture[i], want[i], 1e-5);
  }
}

TEST_F(LoaderTest, batches_are_channels_last_and_know_their_place) {
  const Dataset dataset = Dataset::open(folder_.path());
  Loader loader(dataset, config(), kAugment, plan(8));
  loader.start(5, 2);
  const Batch& batch = loader.next();
  EXPECT_EQ(batch.pictures.sizes(), (std::vector<std::int64_t>{8, 3, 32, 32}));
  EXPECT_TRUE(batch.pictures.is_contiguous(at::MemoryFormat::ChannelsLast));
  EXPECT_EQ(batch.pictures.scalar_type(), at::kFloat);
  EXPECT_EQ(batch.age.scalar_type(), at::kLong);
  EXPECT_EQ(batch.epoch, 5u);
  EXPECT_EQ(batch.step, 2);
  EXPECT_EQ(batch.real, 8);
  EXPECT_EQ(batch.global_real, 8);
}

// Ages are 0 to 49: ten pictures below ten, forty of the rest, so that each of the ten comes two or
// three times, every time in another form.
TEST_F(LoaderTest, balanced_rows_are_the_orders_draws_each_augmented_by_itself) {
  const Dataset dataset = Dataset::open(folder_.path());
  std::vector<std::uint8_t> ages;
  for (int i = 0; i < kTrainPictures; ++i) ages.push_back(static_cast<std::uint8_t>(i));
  const data::EpochOrder order = data::EpochOrder::balanced(kSeed, ages, AgeBands({10}));
  Loader loader(dataset, balanced_config(), kAugment, plan(8));
  loader.start(3);
  const std::vector<Row> rows = take(loader, loader.plan().steps());
  ASSERT_EQ(rows.size(), static_cast<std::size_t>(kTrainPictures));
  for (std::uint32_t position = 0; position < rows.size(); ++position) {
    const data::Draw draw = order.at(3, position);
    const std::uint32_t chance = draw.sample + kTrainPictures * draw.repetition;
    EXPECT_EQ(rows[position].sample, chance);
    EXPECT_EQ(rows[position].age, dataset.labels(Split::kTrain, draw.sample).age);
    const auto same = [&](const Row& row) { return row.picture == rows[position].picture; };
    EXPECT_EQ(std::count_if(rows.begin(), rows.end(), same), 1) << "position " << position;
  }
  EXPECT_EQ(std::count_if(rows.begin(), rows.end(), [](const Row& row) { return row.age < 10; }),
            kTrainPictures / 2);
}

TEST_F(LoaderTest, threads_prefetch_and_cache_change_nothing) {
  const Dataset dataset = Dataset::open(folder_.path());
  DatasetConfig other = config();
  other.workers = 1;
  other.prefetch = 1;
  other.cache_mb = 0;
  const std::vector<Row> want = two_epochs(dataset, other, plan(7));
  for (const std::int64_t workers : {1, 4}) {
    for (const std::int64_t prefetch : {1, 3}) {
      for (const std::int64_t cache_mb : {0, 1024}) {
        other.workers = workers;
        other.prefetch = prefetch;
        other.cache_mb = cache_mb;
        EXPECT_EQ(two_epochs(dataset, other, plan(7)), want)
            << workers << " workers, prefetch " << prefetch << ", cache " << cache_mb;
      }
    }
  }
}

TEST_F(LoaderTest, ranks_together_see_what_one_sees) {
  const Dataset dataset = Dataset::open(folder_.path());
  for (const DatasetConfig& any : {config(), balanced_config()}) {
    const std::vector<Row> want = two_epochs(dataset, any, plan(8));
    for (const int ranks : {2, 3, 9}) {
      EXPECT_EQ(two_epochs_of_ranks(dataset, any, plan(8), ranks), want) << ranks << " ranks";
    }
  }
}

TEST_F(LoaderTest, what_doesnt_fill_the_last_batch_is_zero) {
  const Dataset dataset = Dataset::open(folder_.path());
  Loader loader(dataset, config(), kAugment, plan(16));  // 16 + 16 + 16 + 2
  for (const std::uint32_t epoch : {1u, 2u}) {
    loader.start(epoch);
    take(loader, 3);
    const Batch& last = loader.next();
    EXPECT_EQ(last.real, 2);
    EXPECT_EQ(last.global_real, 2);
    EXPECT_EQ(last.samples.size(), 2u);
    for (std::int64_t row = 2; row < 16; ++row) {
      EXPECT_EQ(row_of(last, row), (Row{.picture = std::vector<float>(32 * 32 * 3)}));
    }
  }
}

TEST_F(LoaderTest, begins_in_the_middle_of_an_epoch_as_if_it_had_come_there) {
  const Dataset dataset = Dataset::open(folder_.path());
  for (const DatasetConfig& any : {config(), balanced_config()}) {
    Loader loader(dataset, any, kAugment, plan(8));
    loader.start(4);
    take(loader, 3);
    const std::vector<Row> want = take(loader, 4);
    loader.start(4, 3);
    EXPECT_EQ(take(loader, 4), want);
    Loader fresh(dataset, any, kAugment, plan(8));
    fresh.start(4, 3);
    EXPECT_EQ(take(fresh, 4), want);
    EXPECT_THROW(fresh.next(), Error);
  }
}

TEST_F(LoaderTest, start_from_anywhere_to_anywhere) {
  const Dataset dataset = Dataset::open(folder_.path());
  DatasetConfig four = config();
  four.workers = 4;
  Loader loader(dataset, four, kAugment, plan(8));
  const std::vector<Row> epoch = [&] {
    loader.start(1);
    return take(loader, 7);
  }();
  RandomStream stream({1, 0, 0, Purpose::kSplit});
  for (int i = 0; i < 200; ++i) {
    const std::int64_t first = stream.below(7);
    const std::int64_t count = stream.below(static_cast<std::uint32_t>(8 - first));
    loader.start(1, first);
    const std::vector<Row> rows = take(loader, count);
    ASSERT_TRUE(std::equal(rows.begin(), rows.end(), epoch.begin() + first * 8));
  }
}

TEST_F(LoaderTest, an_epoch_ends_where_it_ends) {
  const Dataset dataset = Dataset::open(folder_.path());
  Loader loader(dataset, config(), kAugment, plan(32));
  EXPECT_THROW(loader.next(), Error);  // not begun
  loader.start(1);
  take(loader, 2);
  EXPECT_THROW(loader.next(), Error);
  loader.start(1, 2);  // at its very end
  EXPECT_THROW(loader.next(), Error);
  EXPECT_THROW(loader.start(1, 3), Error);
  loader.start(2);
  EXPECT_EQ(loader.next().epoch, 2u);
}

TEST_F(LoaderTest, evaluation_takes_pictures_in_order_and_as_they_are) {
  const Dataset dataset = Dataset::open(folder_.path());
  std::vector<Row> rows(kValidationPictures);
  for (int rank = 0; rank < 3; ++rank) {
    Loader loader(dataset, config(), kAugment,
                  {.split = Split::kValidation,
                   .global_batch = 4,
                   .rank = rank,
                   .ranks = 3,
                   .training = false});
    loader.start(1);
    for (std::int64_t step = 0; step < loader.plan().steps(); ++step) {
      const Batch& batch = loader.next();
      EXPECT_EQ(batch.step % 3, rank);
      EXPECT_EQ(batch.real, batch.global_real);
      for (std::int64_t i = 0; i < batch.real; ++i) {
        rows[static_cast<std::size_t>(batch.step * 4 + i)] = row_of(batch, i);
      }
    }
  }
  for (std::uint32_t i = 0; i < kValidationPictures; ++i) {
    Picture decoded;
    Picture resized;
    ASSERT_FALSE(
        data::JpegDecoder().decode(dataset.sample(Split::kValidation, i).picture, decoded));
    data::resize_bilinear_reference(decoded, 32, 32, resized);
    EXPECT_EQ(rows[i].sample, i);
    EXPECT_EQ(rows[i].age, kTrainPictures + static_cast<int>(i));
    for (std::size_t k = 0; k < resized.rgb.size(); ++k) {
      ASSERT_EQ(rows[i].picture[k], static_cast<float>(resized.rgb[k]) / 127.5f - 1.0f);
    }
  }
}

TEST_F(LoaderTest, a_rank_without_a_batch_has_no_step) {
  const Dataset dataset = Dataset::open(folder_.path());
  Loader loader(
      dataset, config(), {},
      {.split = Split::kValidation, .global_batch = 13, .rank = 1, .ranks = 2, .training = false});
  loader.start(1);
  EXPECT_EQ(loader.plan().steps(), 0);
  EXPECT_THROW(loader.next(), Error);
}

TEST_F(LoaderTest, the_cache_keeps_what_its_budget_allows) {
  const Dataset dataset = Dataset::open(folder_.path());
  DatasetConfig cached = config();
  cached.size = 128;
  const auto kept_after_an_epoch = [&](std::int64_t cache_mb) {
    cached.cache_mb = cache_mb;
    Loader loader(dataset, cached, kAugment, plan(50));
    loader.start(1);
    take(loader, 1);
    return loader.cached();
  };
  EXPECT_EQ(kept_after_an_epoch(0), 0);
  EXPECT_EQ(kept_after_an_epoch(1024), kTrainPictures);
  // 1 MB holds 20 pictures of 128 * 128 * 3 bytes; 50 of the 63 pictures are for training.
  EXPECT_EQ(kept_after_an_epoch(1), 20 * 50 / 63);
}

TEST_F(LoaderTest, time_waited_is_counted) {
  const Dataset dataset = Dataset::open(folder_.path());
  DatasetConfig large = config();
  large.size = 1024;
  Loader loader(dataset, large, kAugment, plan(kTrainPictures));
  EXPECT_EQ(loader.waited_seconds(), 0);
  const auto begin = std::chrono::steady_clock::now();
  loader.start(1);
  loader.next();
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  EXPECT_GT(loader.waited_seconds(), 0);  // 50 pictures of 1024 pixels aren't made in no time
  EXPECT_LE(loader.waited_seconds(), elapsed.count());
}

TEST_F(LoaderTest, a_split_without_pictures_is_told) {
  const Dataset dataset = Dataset::open(folder_.path());
  LoaderPlan test = plan(8);
  test.split = Split::kTest;
  EXPECT_THROW(Loader(dataset, config(), {}, test), Error);
}

TEST(Loader, raw_pictures_come_as_stored_or_resized) {
  const test::TemporaryFolder folder;
  write_raw_dataset(folder.path(), 48);
  const Dataset dataset = Dataset::open(folder.path());
  for (const int size : {48, 32}) {
    DatasetConfig config{.path = folder.path().string(), .size = size};
    Loader loader(dataset, config, {}, {.global_batch = 10});
    loader.start(1);
    for (const Row& row : take(loader, loader.plan().steps())) {
      Picture resized;
      data::resize_bilinear_reference(face(static_cast<int>(row.sample), 48, 48), size, size,
                                      resized);
      for (std::size_t i = 0; i < resized.rgb.size(); ++i) {
        ASSERT_EQ(row.picture[i], static_cast<float>(resized.rgb[i]) / 127.5f - 1.0f);
      }
    }
    EXPECT_EQ(loader.cached(), size == 48 ? 0 : kTrainPictures);
  }
}

TEST(Loader, an_unreadable_picture_ends_it_with_its_name) {
  const test::TemporaryFolder folder;
  data::DatasetWriter writer(folder.path(), {.name = "broken"}, 100'000, true);
  for (int i = 0; i < 20; ++i) {
    std::vector<std::byte> jpeg = data::encode_jpeg(face(i, 40, 40), 90);
    if (i == 13) jpeg.resize(jpeg.size() / 2);
    writer.add(jpeg, labels_of(i));
  }
  writer.commit();
  const Dataset dataset = Dataset::open(folder.path());
  Loader loader(dataset, {.path = "", .size = 32, .workers = 3}, {}, {.global_batch = 4});
  loader.start(1);
  try {
    take(loader, loader.plan().steps());
    FAIL() << "a cut JPEG was taken";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("train picture 13"), std::string::npos)
        << error.what();
  }
  EXPECT_THROW(loader.next(), Error);
  loader.start(2);
  EXPECT_THROW(loader.next(), Error);
}

}  // namespace
}  // namespace ag::loader
