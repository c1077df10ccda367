// Rows of pixels in slices, and filters along them.
//
// A row of pixels lies as [slice][pixel][kLanes]: a vector's worth of channels of every pixel side
// by side, then the next channels. Whatever the number of channels, a filter then walks memory in
// order, and the slices of the few rows that it lies on fit in the first-level cache. Channels that
// fill up the last slice, and pixels around the picture, are zeros.

#if defined(AG_KERNELS_DEPTHWISE_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef AG_KERNELS_DEPTHWISE_INL_H
#undef AG_KERNELS_DEPTHWISE_INL_H
#else
#define AG_KERNELS_DEPTHWISE_INL_H
#endif

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "framework/kernels/cpu/aligned.h"
#include "framework/kernels/cpu/prefetch.h"
#include "framework/kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ag::kernels::cpu::HWY_NAMESPACE {

constexpr std::size_t kWidestKernel = 5;

// Pixels whose sums are in registers at a time. Pictures are mostly 7 times a power of 2 wide, or
// else a power of 2; 8 sums, 5 weights and what is loaded fill 16 registers.
constexpr std::size_t kWideTile = 8;
constexpr std::size_t kMiddleTile = 7;
constexpr std::size_t kNarrowTile = 4;

// Pixels that are read or written at a time, so that what is kept for each channel is loaded once
// for them.
constexpr std::size_t kPixelGroup = 4;

HWY_INLINE std::size_t slices_of(std::size_t channels) {
  return (channels + kLanes - 1) / kLanes;
}

// Where the vectors of a row are.
struct Row {
  float* floats = nullptr;
  std::size_t slice_floats = 0;

  HWY_INLINE float* at(std::size_t pixel, std::size_t channel) const {
    return floats + (channel / kLanes) * slice_floats + pixel * kLanes + channel % kLanes;
  }
};

// Rows of pixels, at first zeros, of which the last `depth` are kept: row i takes the place of row
// i - depth.
class SlicedRows {
 public:
  SlicedRows(std::size_t channels, std::size_t pixels, std::size_t depth)
      : slice_floats_((pixels | 1) * kLanes),
        row_floats_(slices_of(channels) * slice_floats_),
        depth_(depth),
        floats_(hwy::AllocateAligned<float>(depth * row_floats_)) {
    clear();
  }

  Row row(std::size_t index) const {
    return {floats_.get() + (index % depth_) * row_floats_, slice_floats_};
  }
  void clear() { std::fill_n(floats_.get(), depth_ * row_floats_, 0.0F); }
  // The memory, at whose beginning row 0 lies.
  AlignedFloats take() && { return std::move(floats_); }

 private:
  std::size_t slice_floats_;
  std::size_t row_floats_;
  std::size_t depth_;
  AlignedFloats floats_;
};

// Calls f(d, channel, pixel, count) for groups of pixels and the vectors of their channels, where
// count is known when compiled.
template <class F>
HWY_INLINE void over_row(std::size_t pixels, std::size_t channels, Prefetch& prefetch, const F& f) {
  std::size_t pixel = 0;
  for (; pixel + kPixelGroup <= pixels; pixel += kPixelGroup) {
    over_channels(channels, [&](auto d, std::size_t c) HWY_ATTR {
      prefetch.step();
      f(d, c, pixel, std::integral_constant<std::size_t, kPixelGroup>());
    });
  }
  for (; pixel < pixels; ++pixel) {
    over_channels(channels, [&](auto d, std::size_t c) HWY_ATTR {
      f(d, c, pixel, std::integral_constant<std::size_t, 1>());
    });
  }
}

// Some columns of a filter [channels, kernel, kernel], tap by tap as the pixels of a row.
HWY_INLINE SlicedRows pack_filter(const float* weights, std::size_t kernel, std::size_t channels,
                                  std::span<const std::size_t> columns) {
  const std::size_t taps = kernel * columns.size();
  SlicedRows packed(channels, taps, 1);
  for (std::size_t c = 0; c < channels; ++c, weights += kernel * kernel) {
    for (std::size_t tap = 0; tap < taps; ++tap) {
      const std::size_t column = columns[tap % columns.size()];
      *packed.row(0).at(tap, c) = weights[tap / columns.size() * kernel + column];
    }
  }
  return packed;
}

// A row of a filter, and the pixel that its first column lies on for the first pixel out.
struct FilterRow {
  const float* pixels = nullptr;
  const float* weights = nullptr;
};

// A row of sums of pixels times weights.
struct Convolution {
  std::array<FilterRow, kWidestKernel> rows = {};
  std::size_t row_count = 0;
  std::size_t columns = 0;
  std::size_t stride = 1;  // of the pixels under the filter
  std::size_t slices = 0;
  std::size_t pixel_slice = 0;   // floats from slice to slice
  std::size_t weight_slice = 0;  // likewise
  std::size_t count = 0;         // pixels out; up to a whole tile more are computed
};

// Computes a tile, and moves the rows on to the next one.
template <std::size_t kColumns, std::size_t kStride, std::size_t kTile>
HWY_INLINE void convolve_tile(FilterRow* HWY_RESTRICT rows, std::size_t row_count,
                              hn::Vec<FullTag> (&sums)[kTile]) {
  const FullTag d;
  for (std::size_t i = 0; i < kTile; ++i) sums[i] = hn::Zero(d);
  for (std::size_t r = 0; r < row_count; ++r) {
    const float* HWY_RESTRICT pixels = rows[r].pixels;
    rows[r].pixels += kTile * kStride * kLanes;
    hn::Vec<FullTag> weights[kColumns];
    for (std::size_t k = 0; k < kColumns; ++k)
      weights[k] = hn::Load(d, rows[r].weights + k * kLanes);
    HWY_UNROLL(32)
    for (std::size_t p = 0; p < (kTile - 1) * kStride + kColumns; ++p) {
      const auto pixel = hn::Load(d, pixels + p * kLanes);
      HWY_UNROLL(8)
      for (std::size_t k = 0; k < kColumns; ++k) {
        if (p < k || (p - k) % kStride != 0 || (p - k) / kStride >= kTile) continue;
        sums[(p - k) / kStride] = hn::MulAdd(pixel, weights[k], sums[(p - k) / kStride]);
      }
    }
  }
}

// Stores sums in slices, a pixel every so many.
struct Sliced {
  Row to;
  std::size_t step = 1;

  template <std::size_t kTile>
  HWY_INLINE void take(std::size_t slice, std::size_t pixel,
                       const hn::Vec<FullTag> (&sums)[kTile]) const {
    float* out = to.floats + slice * to.slice_floats + pixel * step * kLanes;
    for (std::size_t i = 0; i < kTile; ++i) hn::Store(sums[i], FullTag(), out + i * step * kLanes);
  }
};

template <std::size_t kColumns, std::size_t kStride, std::size_t kTile, class Sink>
void convolve_tiles(const Convolution& job, Prefetch& prefetch, const Sink& sink) {
  const std::size_t tiles = (job.count + kTile - 1) / kTile;
  for (std::size_t slice = 0; slice < job.slices; ++slice) {
    FilterRow rows[kWidestKernel];
    for (std::size_t r = 0; r < job.row_count; ++r) {
      rows[r] = {job.rows[r].pixels + slice * job.pixel_slice,
                 job.rows[r].weights + slice * job.weight_slice};
    }
    for (std::size_t tile = 0; tile < tiles; ++tile) {
      prefetch.step();
      hn::Vec<FullTag> sums[kTile];
      convolve_tile<kColumns, kStride, kTile>(rows, job.row_count, sums);
      sink.template take<kTile>(slice, tile * kTile, sums);
    }
  }
}

template <std::size_t kColumns, std::size_t kStride, class Sink>
void convolve_columns(const Convolution& job, Prefetch& prefetch, const Sink& sink) {
  // The widest one that computes the fewest pixels too many.
  const auto computed = [&](std::size_t tile) { return (job.count + tile - 1) / tile * tile; };
  const std::size_t fewest =
      std::min({computed(kWideTile), computed(kMiddleTile), computed(kNarrowTile)});
  if (computed(kWideTile) == fewest) {
    convolve_tiles<kColumns, kStride, kWideTile>(job, prefetch, sink);
  } else if (computed(kMiddleTile) == fewest) {
    convolve_tiles<kColumns, kStride, kMiddleTile>(job, prefetch, sink);
  } else {
    convolve_tiles<kColumns, kStride, kNarrowTile>(job, prefetch, sink);
  }
}

// Hands a row of sums to `sink`: sink.take<n>(slice, pixel, sums) takes n pixels of a slice.
template <class Sink>
HWY_INLINE void convolve(const Convolution& job, Prefetch& prefetch, const Sink& sink) {
  if (job.stride == 2) {
    return job.columns == 3 ? convolve_columns<3, 2>(job, prefetch, sink)
                            : convolve_columns<5, 2>(job, prefetch, sink);
  }
  switch (job.columns) {
    case 1:
      return convolve_columns<1, 1>(job, prefetch, sink);
    case 2:
      return convolve_columns<2, 1>(job, prefetch, sink);
    case 3:
      return convolve_columns<3, 1>(job, prefetch, sink);
    default:
      return convolve_columns<5, 1>(job, prefetch, sink);
  }
}

// Rows of pixels that a filter lay on, and the gradient of what came out of it.
struct Correlation {
  std::array<const float*, kWidestKernel> rows = {};
  std::size_t row_count = 0;
  std::size_t columns = 0;
  std::size_t stride = 1;
  std::size_t slices = 0;
  std::size_t pixel_slice = 0;     // floats from slice to slice
  std::size_t gradient_slice = 0;  // likewise
  std::size_t sum_slice = 0;       // likewise
  std::size_t count = 0;           // pixels of the gradient
  const float* gradient = nullptr;
  float* sums = nullptr;  // [slice][row][column][kLanes], of the first row
};

// As many rows at a time as have room for their sums in registers.
template <std::size_t kRows, std::size_t kColumns, std::size_t kStride>
HWY_INLINE void correlate_rows(const Correlation& job, std::size_t slice, std::size_t first_row) {
  const FullTag d;
  const float* HWY_RESTRICT gradient = job.gradient + slice * job.gradient_slice;
  float* HWY_RESTRICT out = job.sums + slice * job.sum_slice + first_row * kColumns * kLanes;
  const float* pixels[kRows];
  for (std::size_t r = 0; r < kRows; ++r) {
    pixels[r] = job.rows[first_row + r] + slice * job.pixel_slice;
  }
  hn::Vec<FullTag> sums[kRows * kColumns];
  for (std::size_t i = 0; i < kRows * kColumns; ++i) sums[i] = hn::Load(d, out + i * kLanes);
  for (std::size_t p = 0; p < job.count; ++p) {
    const auto dy = hn::Load(d, gradient + p * kLanes);
    HWY_UNROLL(16)
    for (std::size_t i = 0; i < kRows * kColumns; ++i) {
      const float* pixel = pixels[i / kColumns] + (p * kStride + i % kColumns) * kLanes;
      sums[i] = hn::MulAdd(dy, hn::Load(d, pixel), sums[i]);
    }
  }
  for (std::size_t i = 0; i < kRows * kColumns; ++i) hn::Store(sums[i], d, out + i * kLanes);
}

template <std::size_t kColumns, std::size_t kStride>
void correlate_columns(const Correlation& job) {
  constexpr std::size_t kRows = kColumns == 3 ? 3 : 2;
  for (std::size_t slice = 0; slice < job.slices; ++slice) {
    std::size_t row = 0;
    for (; row + kRows <= job.row_count; row += kRows) {
      correlate_rows<kRows, kColumns, kStride>(job, slice, row);
    }
    for (; row < job.row_count; ++row) correlate_rows<1, kColumns, kStride>(job, slice, row);
  }
}

HWY_INLINE void correlate(const Correlation& job) {
  if (job.columns == 3) {
    return job.stride == 1 ? correlate_columns<3, 1>(job) : correlate_columns<3, 2>(job);
  }
  return job.stride == 1 ? correlate_columns<5, 1>(job) : correlate_columns<5, 2>(job);
}

}  // namespace ag::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per target
