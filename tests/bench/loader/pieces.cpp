#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "framework/core/error.h"
#include "framework/data/augment.h"
#include "framework/data/jpeg.h"
#include "framework/data/permutation.h"
#include "framework/data/resize.h"
#include "tests/bench/loader/bench.h"

namespace ag::bench {
namespace {

using data::Dataset;
using data::Picture;
using data::Split;

constexpr std::int64_t kPictures = 256;  // taken in turn

std::vector<Picture> pictures_of(const Dataset& dataset) {
  std::vector<Picture> pictures(static_cast<std::size_t>(kPictures));
  data::JpegDecoder decoder;
  for (std::int64_t i = 0; i < kPictures; ++i) {
    Picture& picture = pictures[static_cast<std::size_t>(i)];
    const auto bytes = dataset.sample(Split::kTrain, i % dataset.size(Split::kTrain)).picture;
    if (const auto complaint = decoder.decode(bytes, picture)) throw Error("decode", *complaint);
  }
  return pictures;
}

void decode(benchmark::State& state, const Dataset& dataset) {
  data::JpegDecoder decoder;
  Picture picture;
  std::int64_t i = 0;
  for (auto _ : state) {
    const std::int64_t sample = i++ % kPictures % dataset.size(Split::kTrain);
    benchmark::DoNotOptimize(
        decoder.decode(dataset.sample(Split::kTrain, sample).picture, picture));
  }
}

void resize(benchmark::State& state, const std::vector<Picture>& pictures, int size) {
  data::BilinearResizer resizer;
  std::vector<std::uint8_t> to(static_cast<std::size_t>(size * size * 3));
  std::size_t i = 0;
  for (auto _ : state) {
    const Picture& from = pictures[i++ % pictures.size()];
    resizer.resize(from.rgb, from.width, from.height, to, size, size);
    benchmark::ClobberMemory();
  }
}

void augment(benchmark::State& state, const std::vector<Picture>& pictures, int size,
             const data::AugmentConfig& config) {
  std::vector<Picture> resized(pictures.size());
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    data::resize_bilinear(pictures[i], size, size, resized[i]);
  }
  data::Augmenter augmenter;
  std::vector<float> to(static_cast<std::size_t>(size * size * 3));
  std::uint32_t i = 0;
  for (auto _ : state) {
    const Picture& from = resized[i % resized.size()];
    augmenter.apply(data::draw_augmentation(config, 1, 0, i), from.rgb, size, size, to);
    benchmark::ClobberMemory();
    ++i;
  }
}

void permute(benchmark::State& state) {
  constexpr std::uint32_t kSamples = 137'402;
  std::uint32_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(data::permute(1, 0, i++ % kSamples, kSamples));
}

}  // namespace

void register_pieces(const Dataset& dataset) {
  const std::vector<Picture> pictures = pictures_of(dataset);
  const auto named = [](const char* name, auto body) {
    benchmark::RegisterBenchmark(name, body)->Unit(benchmark::kMicrosecond);
  };
  named("permute", permute);
  named("decode", [&dataset](benchmark::State& s) { decode(s, dataset); });
  named("resize/64", [pictures](benchmark::State& s) { resize(s, pictures, 64); });
  named("resize/224", [pictures](benchmark::State& s) { resize(s, pictures, 224); });
  named("hflip/64", [pictures](benchmark::State& s) { augment(s, pictures, 64, {.hflip = 0.5}); });
  named("augment/64", [pictures](benchmark::State& s) { augment(s, pictures, 64, kEveryChange); });
  named("augment/224",
        [pictures](benchmark::State& s) { augment(s, pictures, 224, kEveryChange); });
}

}  // namespace ag::bench
