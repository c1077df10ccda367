#include "framework/kernels/dropout.h"

#include <ATen/Dispatch.h>

#include <algorithm>
#include <array>
#include <string>

#include "framework/core/error.h"
#include "framework/core/philox.h"

namespace ag::kernels {
namespace {

// A block of Philox is four words, one word a feature. The layer stands above the block's number.
constexpr std::int64_t kWordsPerBlock = 4;
constexpr std::uint32_t kLayerShift = 24;
constexpr std::uint32_t kLayers = 1u << (32 - kLayerShift);
constexpr std::int64_t kMostFeatures = kWordsPerBlock << kLayerShift;

void check(const at::Tensor& x, const DropoutOptions& options) {
  if (x.dim() != 2 || x.size(1) > kMostFeatures) {
    throw Error("dropout",
                "wants a matrix of at most " + std::to_string(kMostFeatures) + " features a row");
  }
  if (!(options.p >= 0 && options.p < 1) || options.layer >= kLayers) {
    throw Error("dropout", "wants p in [0, 1) and a layer under " + std::to_string(kLayers));
  }
  if (static_cast<std::int64_t>(options.samples.size()) > x.size(0)) {
    throw Error("dropout", "got " + std::to_string(options.samples.size()) + " samples for " +
                               std::to_string(x.size(0)) + " rows");
  }
}

// One row of the mask: 0 or 1 / (1 - p).
template <class T>
void draw_row(std::span<T> row, const RandomKey& key, const DropoutOptions& options) {
  const T kept = static_cast<T>(1.0 / (1.0 - options.p));
  const auto p = static_cast<float>(options.p);
  std::uint32_t block = options.layer << kLayerShift;
  for (std::size_t i = 0; i < row.size(); i += kWordsPerBlock) {
    const std::array<std::uint32_t, kWordsPerBlock> words = philox(key, block++);
    const std::size_t count = std::min<std::size_t>(kWordsPerBlock, row.size() - i);
    for (std::size_t j = 0; j < count; ++j) row[i + j] = unit_float(words[j]) < p ? T{0} : kept;
  }
}

}  // namespace

at::Tensor dropout(const at::Tensor& x, const DropoutOptions& options) {
  check(x, options);
  at::Tensor mask = at::zeros(x.sizes(), x.options().device(at::kCPU).requires_grad(false));
  const auto features = static_cast<std::size_t>(x.size(1));
  AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "dropout", [&] {
    scalar_t* row = mask.mutable_data_ptr<scalar_t>();
    for (const std::uint32_t sample : options.samples) {
      draw_row<scalar_t>({row, features}, {options.seed, options.epoch, sample, Purpose::kDropout},
                         options);
      row += features;
    }
  });
  return x * mask.to(x.device());
}

}  // namespace ag::kernels
