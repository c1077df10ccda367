// The way back through depthwise convolutions, once for every instruction set.
#include "framework/kernels/cpu/depthwise.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "framework/kernels/cpu/depthwise_backward_simd.cpp"
#include "framework/kernels/cpu/targets.h"
//
#include <hwy/foreach_target.h>
//
#include "framework/kernels/cpu/depthwise_rows-inl.h"
#include "framework/kernels/cpu/gradient-inl.h"
#include "framework/kernels/cpu/writer-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ag::kernels::cpu::HWY_NAMESPACE {
namespace {

// The taps that tie pixels of the picture, `stride` apart from the one at `first` on, to pixels of
// the gradient: those that come out at a whole pixel. Along the gradient they lie side by side,
// the last one first.
struct BackwardTaps {
  std::array<std::size_t, kWidestKernel> columns = {};
  std::size_t count = 0;
  std::size_t pixel = 0;  // that the first one lies on, kernel - 1 zeros being before the gradient
};

BackwardTaps backward_taps(const DepthwiseShape& shape, std::size_t first) {
  BackwardTaps taps;
  for (std::size_t k = shape.kernel; k-- > 0;) {
    if ((first + shape.left + k) % shape.stride == 0) taps.columns[taps.count++] = k;
  }
  const std::size_t zeros = (shape.kernel - 1) * shape.stride;
  taps.pixel = (zeros + first + shape.left - taps.columns[0]) / shape.stride;
  return taps;
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

// Reads a row of the gradient of what came out.
template <class T>
HWY_INLINE void read_gradient_row(const DepthwiseShape& shape, const OutputGradient<T>& output,
                                  std::size_t image, std::size_t row, Row to, Prefetch& prefetch) {
  const std::size_t from = (image * shape.out_height + row) * shape.out_width * shape.channels;
  with_output_gradient(output, [&](const auto& gradient) HWY_ATTR {
    over_row(shape.out_width, shape.channels, prefetch,
             [=](auto d, std::size_t c, std::size_t pixel, auto count) HWY_ATTR {
               const auto read = gradient(d, c);
               const std::size_t in = from + pixel * shape.channels + c;
               float* out = to.at(shape.kernel - 1 + pixel, c);
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

// Writes a row of dz of what was read, from da, and adds it to the sums. `row` begins at `offset`
// of grad_x.
template <class T>
HWY_INLINE void write_gradient_row(const DepthwiseBackward<T>& job, const WrittenRow<T>& row,
                                   std::size_t offset, Row from, const float* mean_of, Row sums,
                                   Prefetch& prefetch) {
  with_writer(row.past_caches, [&](const auto& writer) HWY_ATTR {
    with_activation(job.deferred.activation, [&](auto activation) HWY_ATTR {
      over_row(row.pixels, row.channels, prefetch,
               [=](auto d, std::size_t c, std::size_t pixel, auto count) HWY_ATTR {
                 const float* da = from.at(pixel, c);
                 const std::size_t place = pixel * row.channels + c;
                 const auto scale = hn::LoadU(d, job.deferred.scale + c);
                 const auto shift = hn::LoadU(d, job.deferred.shift + c);
                 const auto mean = hn::LoadU(d, mean_of + c);
                 auto sum = hn::LoadU(d, sums.at(0, c));
                 auto centred = hn::LoadU(d, sums.at(1, c));
                 for (std::size_t i = 0; i < count(); ++i) {
                   const auto x = load(d, job.x + offset + place + i * row.channels);
                   const auto z = hn::MulAdd(x, scale, shift);
                   const auto dz =
                       activate_backward<activation()>(d, z, hn::LoadU(d, da + i * kLanes));
                   const auto stored = writer(d, dz, row.to + place + i * row.channels);
                   sum = hn::Add(sum, stored);
                   centred = hn::MulAdd(stored, hn::Sub(x, mean), centred);
                 }
                 hn::StoreU(sum, d, sums.at(0, c));
                 hn::StoreU(centred, d, sums.at(1, c));
               });
    });
  });
}

template <class T>
class Backward {
 public:
  Backward(const DepthwiseBackward<T>& job, bool wants_weights, bool wants_sums, bool past_caches)
      : job_(job),
        past_caches_(past_caches),
        wants_weights_(wants_weights),
        wants_sums_(wants_sums),
        gradient_(job.shape.channels, gradient_pixels(job.shape), job.shape.kernel),
        input_(job.shape.channels, input_pixels(job.shape), job.shape.kernel),
        da_(job.shape.channels, job.shape.width + kWideTile * job.shape.stride, 1),
        weight_sums_(job.shape.channels, job.shape.kernel * job.shape.kernel),
        sums_(job.shape.channels, 2) {
    for (std::size_t first = 0; first < job.shape.stride; ++first) {
      taps_[first] = backward_taps(job.shape, first);
      filters_.push_back(pack_filter(job.weights, job.shape.kernel, job.shape.channels,
                                     std::span(taps_[first].columns).first(taps_[first].count)));
    }
  }

  void run(std::size_t image, std::span<double> grad_weights, GradientSums* sums) {
    const DepthwiseShape& shape = job_.shape;
    std::size_t read = 0;
    std::size_t written = 0;
    for (std::size_t row = 0; row < shape.out_height; ++row) {
      prefetch_after(image, row);
      read_gradient_row(shape, job_.output, image, row, gradient_.row(row), prefetch_);
      if (wants_weights_) {
        const Window window = window_of(shape, row);
        for (; read < window.end; ++read) {
          read_row(shape, job_.x, job_.deferred, image, read, input_.row(read), prefetch_);
        }
        if (weight_sums_.full_before(shape.out_width)) move_weights(grad_weights);
        add_weights(row, window);
      }
      if (job_.grad_x == nullptr) continue;
      // Up to the first row that the next row of the gradient reaches.
      const bool last = row + 1 == shape.out_height;
      const std::size_t end = last ? shape.height : window_of(shape, row + 1).begin;
      for (; written < end; ++written) {
        if (sums_.full_before(shape.width)) move_sums(sums);
        write_gradient(image, written);
      }
    }
  }

  void move_weights(std::span<double> grad_weights) {
    const std::size_t channels = job_.shape.channels;
    for (std::size_t tap = 0; tap * channels < grad_weights.size(); ++tap) {
      weight_sums_.add_to(tap, grad_weights.subspan(tap * channels, channels));
    }
    weight_sums_.clear();
  }

  void move_sums(GradientSums* sums) {
    if (wants_sums_) {
      sums_.add_to(0, sums->dz);
      sums_.add_to(1, sums->dz_centred);
    }
    sums_.clear();
  }

 private:
  // As many as the gradient and the zeros around it, or the last tile of the picture, want.
  static std::size_t gradient_pixels(const DepthwiseShape& shape) {
    return std::max(shape.out_width, shape.width / shape.stride + 1) + 2 * shape.kernel + kWideTile;
  }

  void prefetch_after(std::size_t image, std::size_t row) {
    const DepthwiseShape& shape = job_.shape;
    const std::size_t in = shape.stride * shape.width;
    const std::size_t out_floats = shape.out_width * shape.channels;
    const std::size_t offset = (image * shape.out_height + row + 1) * out_floats;
    prefetch_.begin(slices_of(shape.channels) *
                    ((2 * in + shape.out_width) / kPixelGroup + in / kWideTile));
    prefetch_.add(job_.output.grad + offset, out_floats * sizeof(T));
    prefetch_.add(job_.output.y + offset, out_floats * sizeof(T));
    prefetch_.add(
        job_.x + (image * shape.height + window_of(shape, row).end) * shape.width * shape.channels,
        in * shape.channels * sizeof(T));
  }

  void add_weights(std::size_t row, Window window) {
    const DepthwiseShape& shape = job_.shape;
    if (window.begin == window.end) return;
    const std::size_t first_tap = (window.begin + shape.top - row * shape.stride) * shape.kernel;
    Correlation correlation = {.columns = shape.kernel,
                               .stride = shape.stride,
                               .slices = slices_of(shape.channels),
                               .pixel_slice = input_.row(0).slice_floats,
                               .gradient_slice = gradient_.row(0).slice_floats,
                               .sum_slice = weight_sums_.row().slice_floats,
                               .count = shape.out_width,
                               .gradient = gradient_.row(row).at(shape.kernel - 1, 0),
                               .sums = weight_sums_.row().at(first_tap, 0)};
    for (std::size_t in = window.begin; in < window.end; ++in) {
      correlation.rows[correlation.row_count++] = input_.row(in).floats;
    }
    correlate(correlation);
    weight_sums_.count(shape.out_width);
  }

  // da of every `stride`th pixel of a row from the one at `first` on.
  void convolve_row(std::size_t row, std::size_t first) {
    const DepthwiseShape& shape = job_.shape;
    const BackwardTaps& taps = taps_[first];
    const Row filter = filters_[first].row(0);
    Convolution convolution = {.columns = taps.count,
                               .slices = slices_of(shape.channels),
                               .pixel_slice = gradient_.row(0).slice_floats,
                               .weight_slice = filter.slice_floats,
                               .count = (shape.width + shape.stride - 1 - first) / shape.stride};
    for (std::size_t k = 0; k < shape.kernel && k <= row + shape.top; ++k) {
      const std::size_t down = row + shape.top - k;
      const std::size_t from = down / shape.stride;
      if (down % shape.stride != 0 || from >= shape.out_height) continue;
      convolution.rows[convolution.row_count++] = {gradient_.row(from).at(taps.pixel, 0),
                                                   filter.at(k * taps.count, 0)};
    }
    convolve(convolution, prefetch_,
             Sliced{{da_.row(0).at(first, 0), da_.row(0).slice_floats}, shape.stride});
  }

  void write_gradient(std::size_t image, std::size_t row) {
    const DepthwiseShape& shape = job_.shape;
    for (std::size_t first = 0; first < shape.stride; ++first) convolve_row(row, first);
    const std::size_t offset = (image * shape.height + row) * shape.width * shape.channels;
    const WrittenRow<T> written = {job_.grad_x + offset, shape.width, shape.channels, past_caches_};
    if (job_.deferred.scale == nullptr) return write_row(written, da_.row(0), prefetch_);
    // Nobody sees the sums that are made with this stand-in.
    const float* mean = wants_sums_ ? job_.mean : job_.deferred.shift;
    write_gradient_row(job_, written, offset, da_.row(0), mean, sums_.row(), prefetch_);
    sums_.count(shape.width);
  }

  const DepthwiseBackward<T>& job_;
  Prefetch prefetch_;
  bool past_caches_;
  bool wants_weights_;
  bool wants_sums_;
  SlicedRows gradient_;
  SlicedRows input_;
  SlicedRows da_;
  std::array<BackwardTaps, 2> taps_;
  std::vector<SlicedRows> filters_;
  FloatSums weight_sums_;
  FloatSums sums_;
};

template <class T>
void backward(const DepthwiseBackward<T>& job, std::size_t begin, std::size_t end,
              std::span<double> grad_weights, GradientSums* sums) {
  const bool has_sums = job.deferred.scale != nullptr && job.grad_x != nullptr;
  const std::size_t image_floats = job.shape.height * job.shape.width * job.shape.channels;
  Backward<T> pass(
      job, !grad_weights.empty(), sums != nullptr && has_sums,
      goes_past_caches(job.grad_x, (end - begin) * image_floats * sizeof(T), job.shape.channels));
  for (std::size_t image = begin; image < end; ++image) pass.run(image, grad_weights, sums);
  pass.move_weights(grad_weights);
  pass.move_sums(sums);
  hwy::FlushStream();
}

void backward_float(const DepthwiseBackward<float>& job, std::size_t begin, std::size_t end,
                    std::span<double> grad_weights, GradientSums* sums) {
  backward(job, begin, end, grad_weights, sums);
}
void backward_bf16(const DepthwiseBackward<Bf16>& job, std::size_t begin, std::size_t end,
                   std::span<double> grad_weights, GradientSums* sums) {
  backward(job, begin, end, grad_weights, sums);
}

}  // namespace
}  // namespace ag::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ag::kernels::cpu {

HWY_EXPORT(backward_float);
HWY_EXPORT(backward_bf16);

template <>
void depthwise_backward(const DepthwiseBackward<float>& job, std::size_t begin, std::size_t end,
                        std::span<double> grad_weights, GradientSums* sums) {
  HWY_DYNAMIC_DISPATCH(backward_float)(job, begin, end, grad_weights, sums);
}

template <>
void depthwise_backward(const DepthwiseBackward<Bf16>& job, std::size_t begin, std::size_t end,
                        std::span<double> grad_weights, GradientSums* sums) {
  HWY_DYNAMIC_DISPATCH(backward_bf16)(job, begin, end, grad_weights, sums);
}

}  // namespace ag::kernels::cpu
#endif
