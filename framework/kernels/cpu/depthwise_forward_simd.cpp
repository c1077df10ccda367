// Depthwise convolutions, once for every instruction set.
#include "framework/kernels/cpu/depthwise.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "framework/kernels/cpu/depthwise_forward_simd.cpp"
#include "framework/kernels/cpu/targets.h"
//
#include <hwy/foreach_target.h>
//
#include "framework/kernels/cpu/depthwise_groups-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ag::kernels::cpu::HWY_NAMESPACE {
namespace {

// What the rows under a filter may take: they are read again and again, from the first-level cache.
constexpr std::size_t kRowsBytes = 12 << 10;
// What the rows of a band may take of a core's second-level cache: a line of it has several groups
// of channels, or parts of them.
constexpr std::size_t kBandBytes = 256 << 10;

// Channels that go through a picture's rows together: whole lines of the cache, as features lie.
template <class T>
std::size_t group_channels(const DepthwiseShape& shape) {
  constexpr std::size_t kLine = std::max(kLanes, kLineBytes / sizeof(T));
  const std::size_t bytes = shape.kernel * input_pixels(shape) * kLine * sizeof(float);
  return std::min(std::max<std::size_t>(kRowsBytes / bytes, 1) * kLine, shape.channels);
}

template <class T>
std::size_t band_rows(const DepthwiseShape& shape) {
  const std::size_t bytes = shape.width * shape.channels * sizeof(T) * shape.stride;
  return std::max(kBandBytes / bytes, 2 * shape.kernel);
}

template <class T>
class Forward {
 public:
  // `moments` may be null.
  Forward(const DepthwiseForward<T>& job, bool past_caches, Moments* moments)
      : job_(job),
        past_caches_(past_caches),
        group_(group_channels<T>(job.shape)),
        band_(band_rows<T>(job.shape)),
        input_(group_, input_pixels(job.shape), job.shape.kernel),
        moments_(moments) {
    if (moments == nullptr) return;
    for (std::size_t c = 0; c < job.shape.channels; c += group_) sums_.emplace_back(group_, 2);
  }

  // Rows [begin, end) of what comes out of an image.
  void run(std::size_t image, std::size_t begin, std::size_t end) {
    for (std::size_t row = begin; row < end; row += band_) {
      const std::size_t stop = std::min(end, row + band_);
      for (std::size_t c = 0; c < job_.shape.channels; c += group_)
        run_group(image, row, stop, group_from(c));
      if (moments_ != nullptr) moments_->rows += (stop - row) * job_.shape.out_width;
    }
  }

  void move_sums() {
    for (std::size_t c = 0; c < sums_.size() * group_; c += group_) move_sums(group_from(c));
  }

 private:
  Channels group_from(std::size_t channel) const {
    return {channel, std::min(group_, job_.shape.channels - channel)};
  }

  void run_group(std::size_t image, std::size_t begin, std::size_t end, Channels channels) {
    const DepthwiseShape& shape = job_.shape;
    std::size_t read = window_of(shape, begin).begin;
    for (std::size_t row = begin; row < end; ++row) {
      const Window window = window_of(shape, row);
      for (; read < window.end; ++read)
        read_slices(shape, job_.x, job_.deferred, image, read, channels, input_.row(read));
      const WrittenChannels<T> written = written_channels(image, row, channels);
      if (moments_ == nullptr) {
        convolve_row(row, window, channels, Unsliced<T, false>{written, {}});
        continue;
      }
      FloatSums& sums = sums_of(channels);
      if (sums.full_before(shape.out_width)) move_sums(channels);
      const bool first = moments_->rows == 0 && row == begin;
      convolve_row(
          row, window, channels,
          Unsliced<T, true>{written, {moments_->pivot.data() + channels.begin, first, sums.row()}});
      sums.count(shape.out_width);
    }
  }

  WrittenChannels<T> written_channels(std::size_t image, std::size_t row, Channels channels) const {
    const DepthwiseShape& shape = job_.shape;
    T* to = job_.y + (image * shape.out_height + row) * shape.out_width * shape.channels;
    return {to + channels.begin, shape.out_width, shape.channels, channels.count, past_caches_};
  }

  template <class Sink>
  void convolve_row(std::size_t row, Window window, Channels channels, const Sink& sink) {
    const DepthwiseShape& shape = job_.shape;
    const Row filter = {job_.filter->floats.get(), job_.filter->slice_floats};
    Convolution convolution = {.columns = shape.kernel,
                               .stride = shape.stride,
                               .slices = slices_of(channels.count),
                               .pixel_slice = input_.row(0).slice_floats,
                               .weight_slice = filter.slice_floats,
                               .count = shape.out_width};
    for (std::size_t in = window.begin; in < window.end; ++in) {
      const std::size_t tap = (in + shape.top - row * shape.stride) * shape.kernel;
      convolution.rows[convolution.row_count++] = {input_.row(in).floats,
                                                   filter.at(tap, channels.begin)};
    }
    Prefetch none;  // rows are fetched as the ones before them are read
    convolve(convolution, none, sink);
  }

  FloatSums& sums_of(Channels channels) { return sums_[channels.begin / group_]; }

  void move_sums(Channels channels) {
    FloatSums& sums = sums_of(channels);
    sums.add_to(0, std::span(moments_->sum).subspan(channels.begin, channels.count));
    sums.add_to(1, std::span(moments_->squares).subspan(channels.begin, channels.count));
    sums.clear();
  }

  const DepthwiseForward<T>& job_;
  bool past_caches_;
  std::size_t group_;
  std::size_t band_;
  SlicedRows input_;
  Moments* moments_;
  std::vector<FloatSums> sums_;  // of each group
};

template <class T>
void forward(const DepthwiseForward<T>& job, std::size_t begin, std::size_t end, Moments* moments) {
  const DepthwiseShape& shape = job.shape;
  const std::size_t bytes = (end - begin) * shape.out_width * shape.channels * sizeof(T);
  // Memory had else be written in parts of lines.
  constexpr bool kWholeLines = kLanes * sizeof(T) % kLineBytes == 0;
  Forward<T> pass(job, kWholeLines && goes_past_caches(job.y, bytes, shape.channels), moments);
  for (std::size_t row = begin; row < end;) {
    const std::size_t image = row / shape.out_height;
    const std::size_t first = row - image * shape.out_height;
    const std::size_t rows = std::min(end - row, shape.out_height - first);
    pass.run(image, first, first + rows);
    row += rows;
  }
  pass.move_sums();
  hwy::FlushStream();
}

PackedFilter packed_filter(std::span<const float> weights, std::size_t kernel) {
  constexpr std::array<std::size_t, kWidestKernel> kColumns = {0, 1, 2, 3, 4};
  SlicedRows packed = pack_filter(weights.data(), kernel, weights.size() / (kernel * kernel),
                                  std::span(kColumns).first(kernel));
  const std::size_t slice_floats = packed.row(0).slice_floats;
  return {std::move(packed).take(), slice_floats};
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

HWY_EXPORT(packed_filter);
HWY_EXPORT(forward_float);
HWY_EXPORT(forward_bf16);

PackedFilter pack_depthwise_filter(std::span<const float> weights, std::size_t kernel) {
  return HWY_DYNAMIC_DISPATCH(packed_filter)(weights, kernel);
}

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
