// What both ways through a depthwise convolution do with rows of pixels: reading them through what
// is deferred, writing them, and sums over them.

#if defined(AG_KERNELS_DEPTHWISE_ROWS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef AG_KERNELS_DEPTHWISE_ROWS_INL_H
#undef AG_KERNELS_DEPTHWISE_ROWS_INL_H
#else
#define AG_KERNELS_DEPTHWISE_ROWS_INL_H
#endif

#include "framework/kernels/cpu/depthwise-inl.h"
#include "framework/kernels/cpu/depthwise.h"
#include "framework/kernels/cpu/gradient-inl.h"
#include "framework/kernels/cpu/writer-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ag::kernels::cpu::HWY_NAMESPACE {

// Sums in float over a few rows of pixels, which are then added to sums in double. There are
// several a channel, which lie as the pixels of a row do.
class FloatSums {
 public:
  FloatSums(std::size_t channels, std::size_t count)
      : channels_(channels), sums_(channels, count, 1) {}

  Row row() const { return sums_.row(0); }
  void add_to(std::size_t index, std::span<double> to) const {
    for (std::size_t c = 0; c < channels_; ++c) to[c] += *row().at(index, c);
  }
  void clear() {
    sums_.clear();
    pixels_ = 0;
  }

  // Whether they are to be cleared before that many more pixels are summed up.
  bool full_before(std::size_t pixels) const { return pixels_ + pixels > kFloatRows; }
  void count(std::size_t pixels) { pixels_ += pixels; }

 private:
  std::size_t channels_;
  SlicedRows sums_;
  std::size_t pixels_ = 0;
};

// Rows [begin, end) of a picture.
struct Window {
  std::size_t begin = 0, end = 0;
};

// The rows under the filter for a row that comes out, without the zeros around.
HWY_INLINE Window window_of(const DepthwiseShape& shape, std::size_t out_row) {
  const std::size_t first = out_row * shape.stride;  // `top` too far down
  const std::size_t begin = std::max(first, shape.top) - shape.top;
  const std::size_t end = std::max(first + shape.kernel, shape.top) - shape.top;
  return {std::min(begin, shape.height), std::min(end, shape.height)};
}

// Pixels that a row of the picture takes, with the zeros around and those that a last tile meets.
HWY_INLINE std::size_t input_pixels(const DepthwiseShape& shape) {
  return std::max(shape.left + shape.width,
                  (shape.out_width + kWideTile) * shape.stride + shape.kernel);
}

// Reads a row of x through what is deferred.
template <class T>
HWY_INLINE void read_row(const DepthwiseShape& shape, const T* x, const Deferred& deferred,
                         std::size_t image, std::size_t row, Row to, Prefetch& prefetch) {
  const T* from = x + (image * shape.height + row) * shape.width * shape.channels;
  with_reader(deferred, [&](const auto& reader) HWY_ATTR {
    over_row(shape.width, shape.channels, prefetch,
             [=](auto d, std::size_t c, std::size_t pixel, auto count) HWY_ATTR {
               const auto read = reader(d, c);
               const T* in = from + pixel * shape.channels + c;
               float* out = to.at(shape.left + pixel, c);
               for (std::size_t i = 0; i < count(); ++i) {
                 hn::StoreU(read(in + i * shape.channels), d, out + i * kLanes);
               }
             });
  });
}

// A row that is written, and how.
template <class T>
struct WrittenRow {
  T* to = nullptr;
  std::size_t pixels = 0;
  std::size_t channels = 0;
  bool past_caches = false;
};

// Writes a row as it is.
template <class T>
HWY_INLINE void write_row(const WrittenRow<T>& row, Row from, Prefetch& prefetch) {
  with_writer(row.past_caches, [&](const auto& writer) HWY_ATTR {
    over_row(row.pixels, row.channels, prefetch,
             [=](auto d, std::size_t c, std::size_t pixel, auto count) HWY_ATTR {
               const float* in = from.at(pixel, c);
               T* out = row.to + pixel * row.channels + c;
               for (std::size_t i = 0; i < count(); ++i) {
                 writer(d, hn::LoadU(d, in + i * kLanes), out + i * row.channels);
               }
             });
  });
}

// Writes a row and adds it, less the pivot, and its squares to the sums.
template <class T>
HWY_INLINE void write_row(const WrittenRow<T>& row, Row from, const float* pivot, Row sums,
                          Prefetch& prefetch) {
  with_writer(row.past_caches, [&](const auto& writer) HWY_ATTR {
    over_row(row.pixels, row.channels, prefetch,
             [=](auto d, std::size_t c, std::size_t pixel, auto count) HWY_ATTR {
               const float* in = from.at(pixel, c);
               T* out = row.to + pixel * row.channels + c;
               const auto centre = hn::LoadU(d, pivot + c);
               auto sum = hn::LoadU(d, sums.at(0, c));
               auto squares = hn::LoadU(d, sums.at(1, c));
               for (std::size_t i = 0; i < count(); ++i) {
                 const auto stored =
                     writer(d, hn::LoadU(d, in + i * kLanes), out + i * row.channels);
                 const auto value = hn::Sub(stored, centre);
                 sum = hn::Add(sum, value);
                 squares = hn::MulAdd(value, value, squares);
               }
               hn::StoreU(sum, d, sums.at(0, c));
               hn::StoreU(squares, d, sums.at(1, c));
             });
  });
}

}  // namespace ag::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per target
