// 1x1 convolutions, once for every instruction set.
#include "framework/kernels/cpu/pointwise.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "framework/kernels/cpu/pointwise_simd.cpp"
#include "framework/kernels/cpu/targets.h"
//
#include <hwy/foreach_target.h>
//
#include "framework/kernels/cpu/block_sums-inl.h"
#include "framework/kernels/cpu/gradient-inl.h"
#include "framework/kernels/cpu/pack-inl.h"
#include "framework/kernels/cpu/pointwise_sinks-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ag::kernels::cpu::HWY_NAMESPACE {
namespace {

// What a block's buffers may take: they share a core's second-level cache with what the block reads
// and writes, and with what is fetched ahead for the next one.
constexpr std::size_t kBlockBytes = 128 * 1024;
constexpr std::size_t kFewestTiles = 8;
constexpr std::size_t kMostTiles = 64;

// Rows of a block whose buffers hold `channels` floats a row: whole tiles.
std::size_t block_rows(std::size_t channels) {
  const std::size_t tiles = kBlockBytes / (channels * sizeof(float) * kTileRows);
  return std::clamp(tiles, kFewestTiles, kMostTiles) * kTileRows;
}

// Rows of the tiles that hold `rows` rows.
std::size_t whole_tiles(std::size_t rows) {
  return (rows + kTileRows - 1) / kTileRows * kTileRows;
}

std::size_t panel_floats(std::size_t channels) {
  return panels_of(channels) * kPanel;
}

// Rows of features, normalised, as panels of `rows` rows.
template <class T>
HWY_INLINE void read_block(const T* x, std::size_t begin, std::size_t count, std::size_t channels,
                           const Deferred& deferred, std::size_t rows, float* to) {
  with_reader(deferred, [&](const auto& reader) HWY_ATTR {
    over_groups(count, channels, [&](std::size_t row, std::size_t end, std::size_t panel) HWY_ATTR {
      over_panel(panel, channels, [&](auto d, std::size_t c, std::size_t at) HWY_ATTR {
        const auto read = reader(d, c);
        const T* from = x + (begin + row) * channels + c;
        float* out = to + (panel * rows + row) * kPanel + at;
        for (std::size_t r = row; r < end; ++r, from += channels, out += kPanel) {
          hn::StoreU(read(from), d, out);
        }
      });
    });
  });
}

// Rows of the gradient at y, as panels of `rows` rows.
template <class T>
HWY_INLINE void read_gradient_block(const OutputGradient<T>& output, std::size_t begin,
                                    std::size_t count, std::size_t channels, std::size_t rows,
                                    float* to) {
  with_output_gradient(output, [&](const auto& gradient) HWY_ATTR {
    over_groups(count, channels, [&](std::size_t row, std::size_t end, std::size_t panel) HWY_ATTR {
      over_panel(panel, channels, [&](auto d, std::size_t c, std::size_t at) HWY_ATTR {
        const auto read = gradient(d, c);
        std::size_t offset = (begin + row) * channels + c;
        float* out = to + (panel * rows + row) * kPanel + at;
        for (std::size_t r = row; r < end; ++r, offset += channels, out += kPanel) {
          hn::StoreU(read(offset), d, out);
        }
      });
    });
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
std::size_t steps_of(std::size_t count, std::size_t depth, std::size_t width) {
  return (count + kTileRows - 1) / kTileRows * panels_of(width) * ((depth + kDepth - 1) / kDepth);
}

template <class T>
void forward(const PointwiseForward<T>& job, std::size_t begin, std::size_t end, Moments* moments) {
  const std::size_t in = job.weights->depth;
  const std::size_t out = job.weights->width;
  const float* weights = job.weights->data.get();
  const std::size_t rows = std::min(block_rows(panel_floats(in)), whole_tiles(end - begin));
  const AlignedFloats a = zeros(rows * panel_floats(in));
  const AlignedFloats partial = zeros(rows * kPanel);
  BlockSums sums(out);
  Prefetch prefetch;
  const bool past_caches = rows_go_past_caches(job.y, begin, end, out);

  for (std::size_t row = begin; row < end; row += rows) {
    const std::size_t count = std::min(rows, end - row);
    read_block(job.x, row, count, in, job.deferred, rows, a.get());
    const auto multiply_into = [&](const auto& sink) HWY_ATTR {
      multiply(rows, count, a.get(), weights, in, out, partial.get(), prefetch, sink);
    };
    prefetch.begin(steps_of(count, in, out));
    prefetch.add(job.x + (row + count) * in, rows * in * sizeof(T));
    T* to = job.y + row * out;
    if (moments == nullptr) {
      multiply_into(Written<T>{to, out, past_caches});
      continue;
    }
    multiply_into(WrittenWithMoments<T>{to, out, past_caches, moments->pivot.data(),
                                        moments->rows == 0, sums.first(), sums.second()});
    sums.move_to(moments->sum, moments->squares);
    moments->rows += count;
  }
  hwy::FlushStream();
}

template <class T>
void backward(const PointwiseBackward<T>& job, std::size_t begin, std::size_t end,
              float* grad_weights, GradientSums* sums) {
  const std::size_t in = panel_floats(job.in);
  const std::size_t out = panel_floats(job.out);
  const std::size_t rows = block_rows(in + out);
  const AlignedFloats dy = zeros(rows * out);
  const AlignedFloats a = zeros(rows * in);
  const AlignedFloats partial = zeros(rows * kPanel);
  BlockSums block_sums(job.in);
  Prefetch prefetch;
  const bool past_caches =
      job.grad_x != nullptr && rows_go_past_caches(job.grad_x, begin, end, job.in);

  for (std::size_t row = begin; row < end; row += rows) {
    const std::size_t count = std::min(rows, end - row);
    read_gradient_block(job.output, row, count, job.out, rows, dy.get());
    if (grad_weights != nullptr) {
      read_block(job.x, row, count, job.in, job.deferred, rows, a.get());
      add_outer(rows, count, dy.get(), job.out, a.get(), job.in, grad_weights);
    }
    if (job.grad_x == nullptr) continue;
    prefetch.begin(steps_of(count, job.out, job.in));
    prefetch.add(job.x + (row + count) * job.in, rows * job.in * sizeof(T));
    prefetch.add(job.output.grad + (row + count) * job.out, rows * job.out * sizeof(T));
    prefetch.add(job.output.y + (row + count) * job.out, rows * job.out * sizeof(T));
    const auto multiply_into = [&](const auto& sink) HWY_ATTR {
      multiply(rows, count, dy.get(), job.weights->data.get(), job.out, job.in, partial.get(),
               prefetch, sink);
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

std::size_t tile_floats(std::size_t in, std::size_t out) {
  return panel_floats(in) * panel_floats(out);
}

void add_tiles(const float* tiles, std::size_t in, std::size_t out, float* to) {
  const std::size_t panels = panels_of(in);
  for (std::size_t o = 0; o < out; ++o) {
    for (std::size_t panel = 0; panel < panels; ++panel) {
      const float* from =
          tiles + ((o / kPanel) * panels + panel) * kPanel * kPanel + (o % kPanel) * kPanel;
      const std::size_t count = std::min(kPanel, in - panel * kPanel);
      float* row = to + o * in + panel * kPanel;
      for (std::size_t i = 0; i < count; ++i) row[i] += from[i];
    }
  }
}

void forward_float(const PointwiseForward<float>& job, std::size_t begin, std::size_t end,
                   Moments* moments) {
  forward(job, begin, end, moments);
}
void forward_bf16(const PointwiseForward<Bf16>& job, std::size_t begin, std::size_t end,
                  Moments* moments) {
  forward(job, begin, end, moments);
}
void backward_float(const PointwiseBackward<float>& job, std::size_t begin, std::size_t end,
                    float* grad_weights, GradientSums* sums) {
  backward(job, begin, end, grad_weights, sums);
}
void backward_bf16(const PointwiseBackward<Bf16>& job, std::size_t begin, std::size_t end,
                   float* grad_weights, GradientSums* sums) {
  backward(job, begin, end, grad_weights, sums);
}

}  // namespace
}  // namespace ag::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ag::kernels::cpu {

HWY_EXPORT(pack);
HWY_EXPORT(panel_floats);
HWY_EXPORT(forward_float);
HWY_EXPORT(forward_bf16);
HWY_EXPORT(backward_float);
HWY_EXPORT(backward_bf16);
HWY_EXPORT(tile_floats);
HWY_EXPORT(add_tiles);

namespace {

PackedMatrix packed(std::span<const float> weights, std::size_t depth, std::size_t width,
                    std::size_t depth_stride, std::size_t width_stride) {
  const std::size_t floats = HWY_DYNAMIC_DISPATCH(panel_floats)(width) * depth;
  PackedMatrix matrix = {depth, width, hwy::AllocateAligned<float>(floats)};
  HWY_DYNAMIC_DISPATCH(pack)
  (weights.data(), depth, width, depth_stride, width_stride, matrix.data.get());
  return matrix;
}

}  // namespace

PackedMatrix pack_for_forward(std::span<const float> weights, std::size_t in, std::size_t out) {
  return packed(weights, in, out, 1, in);
}

PackedMatrix pack_for_backward(std::span<const float> weights, std::size_t in, std::size_t out) {
  return packed(weights, out, in, in, 1);
}

template <>
void pointwise_forward(const PointwiseForward<float>& job, std::size_t begin, std::size_t end,
                       Moments* moments) {
  HWY_DYNAMIC_DISPATCH(forward_float)(job, begin, end, moments);
}

template <>
void pointwise_forward(const PointwiseForward<Bf16>& job, std::size_t begin, std::size_t end,
                       Moments* moments) {
  HWY_DYNAMIC_DISPATCH(forward_bf16)(job, begin, end, moments);
}

PointwiseWeightGradient::PointwiseWeightGradient(std::size_t in, std::size_t out)
    : in_(in), out_(out) {
  const std::size_t floats = HWY_DYNAMIC_DISPATCH(tile_floats)(in, out);
  tiles_ = hwy::AllocateAligned<float>(floats);
  std::fill_n(tiles_.get(), floats, 0.0F);
}

void PointwiseWeightGradient::add_to(std::span<float> to) const {
  HWY_DYNAMIC_DISPATCH(add_tiles)(tiles_.get(), in_, out_, to.data());
}

template <>
void pointwise_backward(const PointwiseBackward<float>& job, std::size_t begin, std::size_t end,
                        PointwiseWeightGradient* grad_weights, GradientSums* sums) {
  HWY_DYNAMIC_DISPATCH(backward_float)
  (job, begin, end, grad_weights == nullptr ? nullptr : grad_weights->tiles(), sums);
}

template <>
void pointwise_backward(const PointwiseBackward<Bf16>& job, std::size_t begin, std::size_t end,
                        PointwiseWeightGradient* grad_weights, GradientSums* sums) {
  HWY_DYNAMIC_DISPATCH(backward_bf16)
  (job, begin, end, grad_weights == nullptr ? nullptr : grad_weights->tiles(), sums);
}

}  // namespace ag::kernels::cpu
#endif
