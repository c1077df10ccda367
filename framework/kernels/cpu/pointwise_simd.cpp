// 1x1 convolutions, once for every instruction set.
#include "framework/kernels/cpu/pointwise.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "framework/kernels/cpu/pointwise_simd.cpp"
#include "framework/kernels/cpu/targets.h"
//
#include <hwy/foreach_target.h>
//
#include "framework/kernels/cpu/block_sums-inl.h"
#include "framework/kernels/cpu/blocks-inl.h"
#include "framework/kernels/cpu/gradient-inl.h"
#include "framework/kernels/cpu/pack-inl.h"
#include "framework/kernels/cpu/pointwise_sinks-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ag::kernels::cpu::HWY_NAMESPACE {
namespace {

// What a block's buffers may take: they share a core's second-level cache with what the block reads
// and writes, and with what is fetched ahead for the next one.
constexpr std::size_t kBlockBytes = 128 << 10;
constexpr std::size_t kFewestTiles = 8;
constexpr std::size_t kMostTiles = 64;
static_assert(kTileRows % 2 == 0);
static_assert(kChannelGroup % kPanel == 0);

// Rows of a block whose buffers hold so many words a row: whole tiles.
std::size_t block_rows(std::size_t words) {
  const std::size_t tiles = kBlockBytes / (words * sizeof(float) * kTileRows);
  return std::clamp(tiles, kFewestTiles, kMostTiles) * kTileRows;
}

// Rows of the tiles that hold `rows` rows.
std::size_t whole_tiles(std::size_t rows) {
  return (rows + kTileRows - 1) / kTileRows * kTileRows;
}

std::size_t panel_words(std::size_t words) {
  return panels_of(words) * kPanel;
}

// Reads rows [begin, begin + count) of features, normalised, into a block.
template <class T, class Block>
HWY_INLINE void read_block(const T* x, std::size_t begin, std::size_t count, std::size_t channels,
                           const Deferred& deferred, const Block& block) {
  with_reader(deferred, [&](const auto& reader) HWY_ATTR {
    const auto at_row = [&](auto d, std::size_t c) HWY_ATTR {
      const T* from = x + begin * channels + c;
      return [from, channels, read = reader(d, c)](std::size_t row)
                 HWY_ATTR { return read(from + row * channels); };
    };
    read_rows(count, channels, at_row, block);
  });
}

// The same of rows of the gradient at y, into several.
template <class T, class... Blocks>
HWY_INLINE void read_gradient_block(const OutputGradient<T>& output, std::size_t begin,
                                    std::size_t count, std::size_t channels,
                                    const Blocks&... blocks) {
  with_output_gradient(output, [&](const auto& gradient) HWY_ATTR {
    const auto at_row = [&](auto d, std::size_t c) HWY_ATTR {
      const std::size_t from = begin * channels + c;
      return [from, channels, read = gradient(d, c)](std::size_t row)
                 HWY_ATTR { return read(from + row * channels); };
    };
    read_rows(count, channels, at_row, blocks...);
  });
}

// Whether rows [begin, end) are best written past the caches: a tile then has to fill whole lines
// of them, or memory is written in parts.
template <class T>
bool rows_go_past_caches(const T* to, std::size_t begin, std::size_t end, std::size_t channels) {
  constexpr bool kWholeLines = kPanel * sizeof(T) % 64 == 0;
  const std::size_t numbers = (end - begin) * channels;
  return kWholeLines && goes_past_caches(to + begin * channels, numbers * sizeof(T), channels);
}

// Steps that multiply() makes for a block.
std::size_t steps_of(std::size_t count, std::size_t depth, Panels panels) {
  return (count + kTileRows - 1) / kTileRows * (panels.end - panels.begin) *
         ((depth + kDepth - 1) / kDepth);
}

// Those of channels [begin, end).
Panels panels_between(std::size_t begin, std::size_t end) {
  return {begin / kPanel, panels_of(end)};
}

Panels all_panels(std::size_t width) {
  return panels_between(0, width);
}

template <class T, class Memory>
void forward(const PointwiseForward<T, Memory>& job, std::size_t begin, std::size_t end,
             Panels panels, Moments* moments) {
  const std::size_t in = job.weights->depth;
  const std::size_t out = job.weights->width;
  const std::size_t depth = words_of<T>(in);
  const std::size_t rows = std::min(block_rows(panel_words(depth)), whole_tiles(end - begin));
  const ChannelBlock<T> a(rows, in);
  const AlignedFloats partial = unwritten(rows * kPanel);
  BlockSums sums(moments == nullptr ? 0 : out);
  Prefetch prefetch;
  const bool past_caches = rows_go_past_caches(job.y, begin, end, out);

  for (std::size_t row = begin; row < end; row += rows) {
    const std::size_t count = std::min(rows, end - row);
    read_block(job.x, row, count, in, job.deferred, a);
    const auto multiply_into = [&](const auto& sink) HWY_ATTR {
      multiply<T>(rows, count, a.words(), job.weights->words.get(), depth, out, panels,
                  partial.get(), prefetch, sink);
    };
    prefetch.begin(steps_of(count, depth, panels));
    prefetch.add(job.x + (row + count) * in, rows * in * sizeof(Memory));
    Memory* to = job.y + row * out;
    if (moments == nullptr) {
      multiply_into(Written<Memory>{to, out, past_caches});
      continue;
    }
    multiply_into(WrittenWithMoments<Memory>{to, out, past_caches, moments->pivot.data(),
                                             moments->rows == 0, sums.first(), sums.second()});
    sums.move_to(moments->sum, moments->squares);
    moments->rows += count;
  }
  hwy::FlushStream();
}

// dy of a block's rows, for both products that take it. Of floats one block serves both.
template <class T>
class GradientBlock {
 public:
  GradientBlock(std::size_t rows, std::size_t channels)
      : by_channels_(rows, channels), by_rows_(kOne ? 0 : rows, channels) {}

  HWY_INLINE void read(const OutputGradient<T>& output, std::size_t begin, std::size_t count,
                       std::size_t channels) const {
    if constexpr (kOne) {
      read_gradient_block(output, begin, count, channels, by_channels_);
    } else {
      read_gradient_block(output, begin, count, channels, by_channels_, by_rows_);
    }
  }

  const float* by_channels() const { return by_channels_.words(); }
  const float* by_rows() const { return kOne ? by_channels() : by_rows_.words(); }

 private:
  static constexpr bool kOne = kNumbersPerWord<T> == 1;

  ChannelBlock<T> by_channels_;
  RowBlock<T> by_rows_;
};

template <class T>
void backward(const PointwiseBackward<T>& job, std::size_t begin, std::size_t end,
              float* grad_weights, GradientSums* sums) {
  const std::size_t depth = words_of<T>(job.out);
  const std::size_t rows = block_rows(panel_words(job.in) + panel_words(job.out));
  const GradientBlock<T> dy(rows, job.out);
  const RowBlock<T> a(rows, job.in);
  const AlignedFloats partial = unwritten(rows * kPanel);
  BlockSums block_sums(job.in);
  Prefetch prefetch;
  const Panels panels = all_panels(job.in);
  const bool past_caches =
      job.grad_x != nullptr && rows_go_past_caches(job.grad_x, begin, end, job.in);
  if (grad_weights != nullptr && begin == end) std::fill_n(grad_weights, job.out * job.in, 0.0F);

  for (std::size_t row = begin; row < end; row += rows) {
    const std::size_t count = std::min(rows, end - row);
    dy.read(job.output, row, count, job.out);
    if (grad_weights != nullptr) {
      read_block(job.x, row, count, job.in, job.deferred, a);
      outer_product<T>(a.rows(), words_of<T>(count), dy.by_rows(), job.out, a.words(), job.in,
                       row > begin, grad_weights);
    }
    if (job.grad_x == nullptr) continue;
    prefetch.begin(steps_of(count, depth, panels));
    prefetch.add(job.x + (row + count) * job.in, rows * job.in * sizeof(T));
    prefetch.add(job.output.grad + (row + count) * job.out, rows * job.out * sizeof(T));
    prefetch.add(job.output.y + (row + count) * job.out, rows * job.out * sizeof(T));
    const auto multiply_into = [&](const auto& sink) HWY_ATTR {
      multiply<T>(rows, count, dy.by_channels(), job.weights->words.get(), depth, job.in, panels,
                  partial.get(), prefetch, sink);
    };
    T* to = job.grad_x + row * job.in;
    if (job.deferred.scale == nullptr) {
      multiply_into(Written<T>{to, job.in, past_caches});
      continue;
    }
    with_activation(job.deferred.activation, [&](auto activation) HWY_ATTR {
      multiply_into(WrittenGradient<T, decltype(activation)::value>{
          job.x + row * job.in, to, job.in, past_caches, job.deferred, job.mean, block_sums.first(),
          block_sums.second()});
    });
    if (sums != nullptr) block_sums.move_to(sums->dz, sums->dz_centred);
  }
  hwy::FlushStream();
}

template <class T>
AlignedFloats packed(const UnpackedMatrix& from) {
  auto to = hwy::AllocateAligned<float>(panel_words(from.width) * words_of<T>(from.depth));
  pack<T>(from, to.get());
  return to;
}

// Highway's tables hold no templates.
void rows_float(const PointwiseForward<float>& job, std::size_t begin, std::size_t end,
                Moments* moments) {
  forward(job, begin, end, all_panels(job.weights->width), moments);
}
void rows_bf16(const PointwiseForward<Bf16>& job, std::size_t begin, std::size_t end,
               Moments* moments) {
  forward(job, begin, end, all_panels(job.weights->width), moments);
}
void rows_bf16_of_floats(const PointwiseForward<Bf16, float>& job, std::size_t begin,
                         std::size_t end, Moments* moments) {
  forward(job, begin, end, all_panels(job.weights->width), moments);
}
void channels_float(const PointwiseForward<float>& job, std::size_t rows, std::size_t begin,
                    std::size_t end) {
  forward(job, 0, rows, panels_between(begin, end), nullptr);
}
void channels_bf16(const PointwiseForward<Bf16>& job, std::size_t rows, std::size_t begin,
                   std::size_t end) {
  forward(job, 0, rows, panels_between(begin, end), nullptr);
}
void channels_bf16_of_floats(const PointwiseForward<Bf16, float>& job, std::size_t rows,
                             std::size_t begin, std::size_t end) {
  forward(job, 0, rows, panels_between(begin, end), nullptr);
}
void backward_float(const PointwiseBackward<float>& job, std::size_t begin, std::size_t end,
                    float* grad_weights, GradientSums* sums) {
  backward(job, begin, end, grad_weights, sums);
}
void backward_bf16(const PointwiseBackward<Bf16>& job, std::size_t begin, std::size_t end,
                   float* grad_weights, GradientSums* sums) {
  backward(job, begin, end, grad_weights, sums);
}
AlignedFloats packed_float(const UnpackedMatrix& from) {
  return packed<float>(from);
}
AlignedFloats packed_bf16(const UnpackedMatrix& from) {
  return packed<Bf16>(from);
}

}  // namespace
}  // namespace ag::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ag::kernels::cpu {

HWY_EXPORT(packed_float);
HWY_EXPORT(packed_bf16);
HWY_EXPORT(rows_float);
HWY_EXPORT(rows_bf16);
HWY_EXPORT(rows_bf16_of_floats);
HWY_EXPORT(channels_float);
HWY_EXPORT(channels_bf16);
HWY_EXPORT(channels_bf16_of_floats);
HWY_EXPORT(backward_float);
HWY_EXPORT(backward_bf16);

namespace {

template <class T>
PackedMatrix<T> pack_matrix(const UnpackedMatrix& from) {
  if constexpr (std::is_same_v<T, float>) {
    return {from.depth, from.width, HWY_DYNAMIC_DISPATCH(packed_float)(from)};
  } else {
    return {from.depth, from.width, HWY_DYNAMIC_DISPATCH(packed_bf16)(from)};
  }
}

}  // namespace

template <class T>
PackedMatrix<T> pack_for_forward(std::span<const float> weights, std::size_t in, std::size_t out) {
  return pack_matrix<T>({weights.data(), in, out, 1, in});
}

template <class T>
PackedMatrix<T> pack_for_backward(std::span<const float> weights, std::size_t in, std::size_t out) {
  return pack_matrix<T>({weights.data(), out, in, in, 1});
}

template PackedMatrix<float> pack_for_forward(std::span<const float>, std::size_t, std::size_t);
template PackedMatrix<Bf16> pack_for_forward(std::span<const float>, std::size_t, std::size_t);
template PackedMatrix<float> pack_for_backward(std::span<const float>, std::size_t, std::size_t);
template PackedMatrix<Bf16> pack_for_backward(std::span<const float>, std::size_t, std::size_t);

template <>
void pointwise_forward(const PointwiseForward<float>& job, std::size_t begin, std::size_t end,
                       Moments* moments) {
  HWY_DYNAMIC_DISPATCH(rows_float)(job, begin, end, moments);
}

template <>
void pointwise_forward(const PointwiseForward<Bf16>& job, std::size_t begin, std::size_t end,
                       Moments* moments) {
  HWY_DYNAMIC_DISPATCH(rows_bf16)(job, begin, end, moments);
}

template <>
void pointwise_forward(const PointwiseForward<Bf16, float>& job, std::size_t begin, std::size_t end,
                       Moments* moments) {
  HWY_DYNAMIC_DISPATCH(rows_bf16_of_floats)(job, begin, end, moments);
}

template <>
void pointwise_forward_channels(const PointwiseForward<Bf16, float>& job, std::size_t rows,
                                std::size_t begin, std::size_t end) {
  HWY_DYNAMIC_DISPATCH(channels_bf16_of_floats)(job, rows, begin, end);
}

template <>
void pointwise_forward_channels(const PointwiseForward<float>& job, std::size_t rows,
                                std::size_t begin, std::size_t end) {
  HWY_DYNAMIC_DISPATCH(channels_float)(job, rows, begin, end);
}

template <>
void pointwise_forward_channels(const PointwiseForward<Bf16>& job, std::size_t rows,
                                std::size_t begin, std::size_t end) {
  HWY_DYNAMIC_DISPATCH(channels_bf16)(job, rows, begin, end);
}

template <>
void pointwise_backward(const PointwiseBackward<float>& job, std::size_t begin, std::size_t end,
                        float* grad_weights, GradientSums* sums) {
  HWY_DYNAMIC_DISPATCH(backward_float)(job, begin, end, grad_weights, sums);
}

template <>
void pointwise_backward(const PointwiseBackward<Bf16>& job, std::size_t begin, std::size_t end,
                        float* grad_weights, GradientSums* sums) {
  HWY_DYNAMIC_DISPATCH(backward_bf16)(job, begin, end, grad_weights, sums);
}

}  // namespace ag::kernels::cpu
#endif
