#include <benchmark/benchmark.h>

#include <memory>
#include <string>

#include "framework/core/error.h"
#include "framework/data/dataset_writer.h"
#include "framework/data/jpeg.h"
#include "framework/data/resize.h"
#include "framework/loader/loader.h"
#include "tests/bench/loader/bench.h"

namespace ag::bench {
namespace {

using data::AugmentConfig;
using data::Dataset;
using data::Split;

constexpr std::int64_t kBatch = 64;
constexpr AugmentConfig kFlip{.hflip = 0.5};

struct Case {
  std::string name;
  std::int64_t size;
  std::int64_t cache_mb;
  AugmentConfig augment;
};

// The training split at 64 pixels, undone of JPEG.
void write_raw(const Dataset& dataset, const std::filesystem::path& folder) {
  constexpr int kSize = 64;
  data::DatasetWriter writer(
      folder, {.name = "raw", .encoding = data::Encoding::kRaw, .width = kSize, .height = kSize},
      1'000'000'000, true);
  data::JpegDecoder decoder;
  data::Picture decoded;
  data::Picture resized;
  for (std::int64_t i = 0; i < dataset.size(Split::kTrain); ++i) {
    const data::SampleView view = dataset.sample(Split::kTrain, i);
    if (const auto complaint = decoder.decode(view.picture, decoded)) {
      throw Error("decode", *complaint);
    }
    data::resize_bilinear(decoded, kSize, kSize, resized);
    writer.add(std::as_bytes(std::span(resized.rgb)),
               {.age = view.labels.age, .gender = view.labels.gender});
  }
  writer.commit();
}

// A step is a batch; its first epoch, which fills the cache, is before the clock starts.
void batches(benchmark::State& state, const Dataset& dataset, const Case& c) {
  const data::DatasetConfig config{.size = c.size, .cache_mb = c.cache_mb};
  loader::Loader loader(dataset, config, c.augment, {.global_batch = kBatch});
  const std::int64_t steps = loader.plan().steps();
  std::uint32_t epoch = 0;
  loader.start(epoch);
  for (std::int64_t step = 0; step < steps; ++step) loader.next();
  std::int64_t left = 0;
  std::int64_t pictures = 0;
  for (auto _ : state) {
    if (left == 0) {
      loader.start(++epoch);
      left = steps;
    }
    pictures += loader.next().real;
    --left;
  }
  state.SetItemsProcessed(pictures);
}

void register_case(const Dataset& dataset, const Case& c) {
  benchmark::RegisterBenchmark(c.name.c_str(),
                               [&dataset, c](benchmark::State& s) { batches(s, dataset, c); })
      ->Unit(benchmark::kMicrosecond)
      ->MeasureProcessCPUTime();  // and so pictures per second of processor time
}

}  // namespace

void register_batches(const Dataset& dataset, const std::filesystem::path& scratch) {
  register_case(dataset, {"loader/64/jpeg/hflip", 64, 0, kFlip});
  register_case(dataset, {"loader/64/cached/hflip", 64, 4096, kFlip});
  register_case(dataset, {"loader/64/cached/augment", 64, 4096, kEveryChange});
  register_case(dataset, {"loader/224/jpeg/augment", 224, 0, kEveryChange});
  register_case(dataset, {"loader/224/cached/augment", 224, 4096, kEveryChange});
  write_raw(dataset, scratch);
  static const Dataset raw = Dataset::open(scratch);
  register_case(raw, {"loader/64/raw/hflip", 64, 0, kFlip});
}

}  // namespace ag::bench
