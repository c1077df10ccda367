// What both ways through a depthwise convolution have in common: which rows of pixels are under the
// filter, and sums over them.

#if defined(AG_KERNELS_DEPTHWISE_ROWS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef AG_KERNELS_DEPTHWISE_ROWS_INL_H
#undef AG_KERNELS_DEPTHWISE_ROWS_INL_H
#else
#define AG_KERNELS_DEPTHWISE_ROWS_INL_H
#endif

#include "framework/kernels/cpu/depthwise-inl.h"
#include "framework/kernels/cpu/depthwise.h"

HWY_BEFORE_NAMESPACE();
namespace ag::kernels::cpu::HWY_NAMESPACE {

// Sums in float over a few rows of pixels, which are then added to sums in double. There are
// several a channel, which lie as the pixels of a row do.
class FloatSums {
 public:
  FloatSums(std::size_t channels, std::size_t count) : sums_(channels, count, 1) {}

  Row row() const { return sums_.row(0); }
  void add_to(std::size_t index, std::span<double> to) const {
    for (std::size_t c = 0; c < to.size(); ++c) to[c] += *row().at(index, c);
  }
  void clear() {
    sums_.clear();
    pixels_ = 0;
  }

  // Whether they are to be cleared before that many more pixels are summed up.
  bool full_before(std::size_t pixels) const { return pixels_ + pixels > kFloatRows; }
  void count(std::size_t pixels) { pixels_ += pixels; }

 private:
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

}  // namespace ag::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per target
