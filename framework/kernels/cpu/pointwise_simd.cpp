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
#include "framework/kernels/cpu/panels-inl.h"

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

std::size_t panel_floats(std::size_t channels) {
  return panels_of(channels) * kPanel;
}

// Rows of a packed panel that are written at a time.
constexpr std::size_t kPackedRows = 16;

// Packs rows [begin, end) of [depth, width] into one panel of them.
void pack_rows(const float* from, std::size_t begin, std::size_t end, std::size_t width,
               float* to) {
  const FullTag d;
  for (std::size_t k = begin; k < end; ++k) {
    for (std::size_t v = 0; v < kPanel; v += kLanes) {
      hn::StoreU(hn::LoadU(d, from + k * width + v), d, to + k * kPanel + v);
    }
  }
}

#if HWY_TARGET != HWY_SCALAR
// Writes 4 numbers of each of 4 rows, `stride` apart, as columns of 4 rows of a panel.
HWY_INLINE void transpose_4x4(const float* from, std::size_t stride, float* to) {
  const hn::FixedTag<float, 4> d;
  const auto r0 = hn::LoadU(d, from), r1 = hn::LoadU(d, from + stride);
  const auto r2 = hn::LoadU(d, from + 2 * stride), r3 = hn::LoadU(d, from + 3 * stride);
  const auto low02 = hn::InterleaveLower(d, r0, r2), low13 = hn::InterleaveLower(d, r1, r3);
  const auto high02 = hn::InterleaveUpper(d, r0, r2), high13 = hn::InterleaveUpper(d, r1, r3);
  hn::StoreU(hn::InterleaveLower(d, low02, low13), d, to);
  hn::StoreU(hn::InterleaveUpper(d, low02, low13), d, to + kPanel);
  hn::StoreU(hn::InterleaveLower(d, high02, high13), d, to + 2 * kPanel);
  hn::StoreU(hn::InterleaveUpper(d, high02, high13), d, to + 3 * kPanel);
}
#endif

// The same of [depth, width] that lies transposed.
void pack_columns(const float* from, std::size_t begin, std::size_t end, std::size_t depth,
                  float* to) {
  std::size_t k = begin;
#if HWY_TARGET != HWY_SCALAR
  for (; k + 4 <= end; k += 4) {
    for (std::size_t i = 0; i < kPanel; i += 4) {
      transpose_4x4(from + i * depth + k, depth, to + k * kPanel + i);
    }
  }
#endif
  for (; k < end; ++k) {
    for (std::size_t i = 0; i < kPanel; ++i) to[k * kPanel + i] = from[i * depth + k];
  }
}

// [depth, width], whose rows are depth_stride apart and columns width_stride, one of which is 1.
void pack(const float* from, std::size_t depth, std::size_t width, std::size_t depth_stride,
          std::size_t width_stride, float* to) {
  for (std::size_t begin = 0; begin < depth; begin += kPackedRows) {
    const std::size_t end = std::min(depth, begin + kPackedRows);
    for (std::size_t first = 0; first < width; first += kPanel) {
      const float* panel = from + first * width_stride;
      float* out = to + first * depth;
      if (first + kPanel > width) {
        std::fill(out + begin * kPanel, out + end * kPanel, 0.0F);
        for (std::size_t k = begin; k < end; ++k) {
          for (std::size_t i = 0; i < width - first; ++i) {
            out[k * kPanel + i] = panel[k * depth_stride + i * width_stride];
          }
        }
      } else if (width_stride == 1) {
        pack_rows(panel, begin, end, width, out);
      } else {
        pack_columns(panel, begin, end, depth, out);
      }
    }
  }
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

// Writes what it takes, and adds it, less the pivot, and its squares to sums. The pivot is the
// first row, where there is none yet.
template <class T>
struct WrittenWithMoments {
  T* to = nullptr;
  std::size_t channels = 0;
  bool past_caches = false;
  float* pivot = nullptr;
  bool wants_pivot = false;
  float* sums = nullptr;
  float* squares = nullptr;

  template <std::size_t kVectors, class D, class Count, class Get>
  HWY_INLINE void take(D d, std::size_t row, std::size_t c, Count count, const Get& get) const {
    hn::Vec<D> centre[kVectors], sum[kVectors], square[kVectors];
    for (std::size_t v = 0; v < kVectors; ++v) {
      if (wants_pivot && row == 0) hn::StoreU(get(0, v), d, pivot + c + v * kLanes);
      centre[v] = hn::LoadU(d, pivot + c + v * kLanes);
      sum[v] = hn::LoadU(d, sums + c + v * kLanes);
      square[v] = hn::LoadU(d, squares + c + v * kLanes);
    }
    T* out = to + row * channels + c;
    const std::size_t rows = count;
    HWY_UNROLL(16)
    for (std::size_t i = 0; i < rows; ++i, out += channels) {
      for (std::size_t v = 0; v < kVectors; ++v) {
        const auto stored = write(d, get(i, v), out + v * kLanes, past_caches);
        const auto value = hn::Sub(stored, centre[v]);
        sum[v] = hn::Add(sum[v], value);
        square[v] = hn::MulAdd(value, value, square[v]);
      }
    }
    for (std::size_t v = 0; v < kVectors; ++v) {
      hn::StoreU(sum[v], d, sums + c + v * kLanes);
      hn::StoreU(square[v], d, squares + c + v * kLanes);
    }
  }
};

// Takes da of what was read; writes dz and adds it to the sums.
template <class T, Activation kActivation>
struct WrittenGradient {
  const T* x = nullptr;
  T* to = nullptr;
  std::size_t channels = 0;
  bool past_caches = false;
  Deferred deferred;
  const float* mean = nullptr;
  float* sums = nullptr;
  float* centred = nullptr;

  template <std::size_t kVectors, class D, class Count, class Get>
  HWY_INLINE void take(D d, std::size_t row, std::size_t c, Count count, const Get& get) const {
    hn::Vec<D> sum[kVectors], sum_centred[kVectors];
    for (std::size_t v = 0; v < kVectors; ++v) {
      sum[v] = hn::LoadU(d, sums + c + v * kLanes);
      sum_centred[v] = hn::LoadU(d, centred + c + v * kLanes);
    }
    std::size_t offset = row * channels + c;
    const std::size_t rows = count;
    HWY_UNROLL(16)
    for (std::size_t i = 0; i < rows; ++i, offset += channels) {
      for (std::size_t v = 0; v < kVectors; ++v) {
        const std::size_t channel = c + v * kLanes;
        const auto value = load(d, x + offset + v * kLanes);
        const auto z = hn::MulAdd(value, hn::LoadU(d, deferred.scale + channel),
                                  hn::LoadU(d, deferred.shift + channel));
        const auto dz = write(d, activate_backward<kActivation>(d, z, get(i, v)),
                              to + offset + v * kLanes, past_caches);
        sum[v] = hn::Add(sum[v], dz);
        sum_centred[v] =
            hn::MulAdd(dz, hn::Sub(value, hn::LoadU(d, mean + channel)), sum_centred[v]);
      }
    }
    for (std::size_t v = 0; v < kVectors; ++v) {
      hn::StoreU(sum[v], d, sums + c + v * kLanes);
      hn::StoreU(sum_centred[v], d, centred + c + v * kLanes);
    }
  }
};

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
  const std::size_t rows = block_rows(panel_floats(in));
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
