// What a depthwise convolution does with a group of its channels: it reads them into slices, and
// writes them where features lie.

#if defined(AG_KERNELS_DEPTHWISE_GROUPS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef AG_KERNELS_DEPTHWISE_GROUPS_INL_H
#undef AG_KERNELS_DEPTHWISE_GROUPS_INL_H
#else
#define AG_KERNELS_DEPTHWISE_GROUPS_INL_H
#endif

#include <algorithm>

#include "framework/kernels/cpu/depthwise_rows-inl.h"
#include "framework/kernels/cpu/gradient-inl.h"
#include "framework/kernels/cpu/writer-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ag::kernels::cpu::HWY_NAMESPACE {

// Some of the channels of features.
struct Channels {
  std::size_t begin = 0, count = 0;
};

// Reads a row of x through what is deferred, and fetches ahead the one in its place for the next
// row that comes out.
template <class T>
HWY_INLINE void read_slices(const DepthwiseShape& shape, const T* x, const Deferred& deferred,
                            std::size_t image, std::size_t row, Channels channels, Row to) {
  const T* from = x + (image * shape.height + row) * shape.width * shape.channels + channels.begin;
  const std::size_t width = shape.width;
  const std::size_t stride = shape.channels;
  const std::size_t next = shape.stride * width * stride;
  with_reader(deferred, [&](const auto& reader) HWY_ATTR {
    over_channels(channels.count, [&](auto d, std::size_t c) HWY_ATTR {
      const auto read = reader(d, channels.begin + c);
      const T* HWY_RESTRICT in = from + c;
      float* HWY_RESTRICT out = to.at(shape.left, c);
      const bool begins_line = c % (kLineBytes / sizeof(T)) == 0;
      for (std::size_t pixel = 0; pixel < width; ++pixel, in += stride, out += kLanes) {
        if (begins_line) __builtin_prefetch(in + next, 0, 3);
        hn::StoreU(read(in), d, out);
      }
    });
  });
}

// A row of which some channels are written, and how.
template <class T>
struct WrittenChannels {
  T* to = nullptr;  // the first pixel's first channel
  std::size_t pixels = 0;
  std::size_t channels = 0;  // of a pixel, all of them
  std::size_t count = 0;     // of channels that are written
  bool past_caches = false;
};

// Sums over what is written, a channel each: of what is less than the pivot, and of its squares.
// The pivot is the first pixel, where there is none yet.
struct PixelSums {
  float* pivot = nullptr;
  bool wants_pivot = false;
  Row sums;
};

// Writes what convolve() computes into a row, and adds it to sums where it has some.
template <class T, bool kSums>
struct Unsliced {
  WrittenChannels<T> row;
  PixelSums sums;

  template <std::size_t kTile>
  HWY_INLINE void take(std::size_t slice, std::size_t pixel,
                       const hn::Vec<FullTag> (&tile)[kTile]) const {
    const std::size_t c = slice * kLanes;
    if (c + kLanes <= row.count && pixel + kTile <= row.pixels) {
      return write_pixels(FullTag(), c, pixel, std::integral_constant<std::size_t, kTile>(),
                          [&](std::size_t i) HWY_ATTR { return tile[i]; });
    }
    HWY_ALIGN float kept[kTile * kLanes];
    for (std::size_t i = 0; i < kTile; ++i) hn::Store(tile[i], FullTag(), kept + i * kLanes);
    const std::size_t count = std::min(kTile, row.pixels - pixel);
    over_channels(std::min(kLanes, row.count - c), [&](auto d, std::size_t at) HWY_ATTR {
      write_pixels(d, c + at, pixel, count,
                   [&](std::size_t i) HWY_ATTR { return hn::LoadU(d, kept + i * kLanes + at); });
    });
  }

 private:
  template <class D, class Count, class Get>
  HWY_INLINE void write_pixels(D d, std::size_t c, std::size_t pixel, Count count,
                               const Get& get) const {
    T* to = row.to + pixel * row.channels + c;
    const std::size_t pixels = count;
    if (c % (kLineBytes / sizeof(T)) == 0) {
      HWY_UNROLL(16)
      for (std::size_t i = 0; i < pixels; ++i)
        __builtin_prefetch(to + (row.pixels + i) * row.channels, 1, 3);
    }
    if constexpr (!kSums) {
      HWY_UNROLL(16)
      for (std::size_t i = 0; i < pixels; ++i)
        write(d, get(i), to + i * row.channels, row.past_caches);
    } else {
      if (sums.wants_pivot && pixel == 0) hn::StoreU(get(0), d, sums.pivot + c);
      const auto centre = hn::LoadU(d, sums.pivot + c);
      auto sum = hn::LoadU(d, sums.sums.at(0, c));
      auto squares = hn::LoadU(d, sums.sums.at(1, c));
      HWY_UNROLL(16)
      for (std::size_t i = 0; i < pixels; ++i) {
        const auto stored = write(d, get(i), to + i * row.channels, row.past_caches);
        const auto value = hn::Sub(stored, centre);
        sum = hn::Add(sum, value);
        squares = hn::MulAdd(value, value, squares);
      }
      hn::StoreU(sum, d, sums.sums.at(0, c));
      hn::StoreU(squares, d, sums.sums.at(1, c));
    }
  }
};

}  // namespace ag::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per target
