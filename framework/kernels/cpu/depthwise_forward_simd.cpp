// Depthwise convolutions, once for every instruction set.
#include "framework/kernels/cpu/depthwise.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "framework/kernels/cpu/depthwise_forward_simd.cpp"
#include "framework/kernels/cpu/targets.h"
//
#include <hwy/foreach_target.h>
//
#include "framework/kernels/cpu/depthwise_rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ag::kernels::cpu::HWY_NAMESPACE {
namespace {

template <class T>
class Forward {
 public:
  Forward(const DepthwiseForward<T>& job, bool past_caches)
      : job_(job),
        past_caches_(past_caches),
        input_(job.shape.channels, input_pixels(job.shape), job.shape.kernel),
        output_(job.shape.channels, job.shape.out_width + kWideTile, 1),
        filter_(pack_filter(job.weights, job.shape.kernel, job.shape.channels,
                            std::span(kColumns).first(job.shape.kernel))),
        sums_(job.shape.channels, 2) {}

  // Rows [begin, end) of what comes out of an image.
  void run(std::size_t image, std::size_t begin, std::size_t end, Moments* moments) {
    const DepthwiseShape& shape = job_.shape;
    std::size_t read = window_of(shape, begin).begin;
    for (std::size_t row = begin; row < end; ++row) {
      const Window window = window_of(shape, row);
      prefetch_after(image, window);
      for (; read < window.end; ++read) {
        read_row(shape, job_.x, job_.deferred, image, read, input_.row(read), prefetch_);
      }
      convolve_row(row, window);
      write(image, row, moments);
    }
  }

  void move_sums(Moments& moments) {
    sums_.add_to(0, moments.sum);
    sums_.add_to(1, moments.squares);
    sums_.clear();
  }

 private:
  static constexpr std::array<std::size_t, kWidestKernel> kColumns = {0, 1, 2, 3, 4};

  void prefetch_after(std::size_t image, Window window) {
    const DepthwiseShape& shape = job_.shape;
    const std::size_t in = shape.stride * shape.width;
    prefetch_.begin(slices_of(shape.channels) *
                    ((in + shape.out_width) / kPixelGroup + shape.out_width / kWideTile));
    prefetch_.add(job_.x + (image * shape.height + window.end) * shape.width * shape.channels,
                  in * shape.channels * sizeof(T));
  }

  void convolve_row(std::size_t row, Window window) {
    const DepthwiseShape& shape = job_.shape;
    Convolution convolution = {.columns = shape.kernel,
                               .stride = shape.stride,
                               .slices = slices_of(shape.channels),
                               .pixel_slice = input_.row(0).slice_floats,
                               .weight_slice = filter_.row(0).slice_floats,
                               .out_slice = output_.row(0).slice_floats,
                               .count = shape.out_width,
                               .out = output_.row(0).floats};
    for (std::size_t in = window.begin; in < window.end; ++in) {
      convolution.rows[convolution.row_count++] = {
          input_.row(in).floats,
          filter_.row(0).at((in + shape.top - row * shape.stride) * shape.kernel, 0)};
    }
    convolve(convolution, prefetch_);
  }

  void write(std::size_t image, std::size_t row, Moments* moments) {
    const DepthwiseShape& shape = job_.shape;
    const Row from = output_.row(0);
    T* to = job_.y + (image * shape.out_height + row) * shape.out_width * shape.channels;
    const WrittenRow<T> written = {to, shape.out_width, shape.channels, past_caches_};
    if (moments == nullptr) return write_row(written, from, prefetch_);
    if (moments->rows == 0) {
      for (std::size_t c = 0; c < shape.channels; ++c) moments->pivot[c] = *from.at(0, c);
    }
    if (sums_.full_before(shape.out_width)) move_sums(*moments);
    write_row(written, from, moments->pivot.data(), sums_.row(), prefetch_);
    sums_.count(shape.out_width);
    moments->rows += shape.out_width;
  }

  const DepthwiseForward<T>& job_;
  bool past_caches_;
  Prefetch prefetch_;
  SlicedRows input_;
  SlicedRows output_;
  SlicedRows filter_;
  FloatSums sums_;
};

template <class T>
void forward(const DepthwiseForward<T>& job, std::size_t begin, std::size_t end, Moments* moments) {
  const DepthwiseShape& shape = job.shape;
  const std::size_t bytes = (end - begin) * shape.out_width * shape.channels * sizeof(T);
  Forward<T> pass(job, goes_past_caches(job.y, bytes, shape.channels));
  for (std::size_t row = begin; row < end;) {
    const std::size_t image = row / shape.out_height;
    const std::size_t first = row - image * shape.out_height;
    const std::size_t rows = std::min(end - row, shape.out_height - first);
    pass.run(image, first, first + rows, moments);
    row += rows;
  }
  if (moments != nullptr) pass.move_sums(*moments);
  hwy::FlushStream();
}

void forward_float(const DepthwiseForward<float>& job, std::size_t begin, std::size_t end,
                   Moments* moments) {
  forward(job, begin, end, moments);
}
void forward_bf16(const DepthwiseForward<Bf16>& job, std::size_t begin, std::size_t end,
                  Moments* moments) {
  forward(job, begin, end, moments);
}
}  // namespace
}  // namespace ag::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ag::kernels::cpu {

HWY_EXPORT(forward_float);
HWY_EXPORT(forward_bf16);

template <>
void depthwise_forward(const DepthwiseForward<float>& job, std::size_t begin, std::size_t end,
                       Moments* moments) {
  HWY_DYNAMIC_DISPATCH(forward_float)(job, begin, end, moments);
}

template <>
void depthwise_forward(const DepthwiseForward<Bf16>& job, std::size_t begin, std::size_t end,
                       Moments* moments) {
  HWY_DYNAMIC_DISPATCH(forward_bf16)(job, begin, end, moments);
}

}  // namespace ag::kernels::cpu
#endif
