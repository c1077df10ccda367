#include "framework/nn/weights/layout.h"

#include <ATen/ATen.h>

namespace ag::weights {

std::vector<std::int64_t> foreign_shape(at::IntArrayRef shape, Layout layout,
                                        std::int64_t multiplier) {
  switch (layout) {
    case Layout::kConv:
      return {shape[2], shape[3], shape[1], shape[0]};
    case Layout::kDepthwise:
      return {shape[2], shape[3], shape[0] / multiplier, multiplier};
    case Layout::kDense:
      return {shape[1], shape[0]};
    case Layout::kConvOfDense:
      return {1, 1, shape[1], shape[0]};
    case Layout::kLinearOfConv:
      return {shape[0], shape[1]};
    case Layout::kSame:
      break;
  }
  return shape.vec();
}

at::Tensor to_foreign(const at::Tensor& ours, Layout layout, std::int64_t multiplier) {
  const std::vector<std::int64_t> shape = foreign_shape(ours.sizes(), layout, multiplier);
  switch (layout) {
    case Layout::kConv:
      return ours.permute({2, 3, 1, 0}).contiguous();
    case Layout::kDepthwise:
      return ours.contiguous()
          .view({shape[2], shape[3], shape[0], shape[1]})
          .permute({2, 3, 0, 1})
          .contiguous();
    case Layout::kDense:
      return ours.t().contiguous();
    case Layout::kConvOfDense:
      return ours.t().contiguous().view(shape);
    case Layout::kLinearOfConv:
      return ours.contiguous().view(shape);
    case Layout::kSame:
      break;
  }
  return ours.contiguous();
}

at::Tensor to_ours(const at::Tensor& foreign, Layout layout) {
  switch (layout) {
    case Layout::kConv:
      return foreign.permute({3, 2, 0, 1}).contiguous();
    case Layout::kDepthwise: {
      const auto sizes = foreign.sizes();
      return foreign.permute({2, 3, 0, 1})
          .contiguous()
          .view({sizes[2] * sizes[3], 1, sizes[0], sizes[1]});
    }
    case Layout::kDense:
      return foreign.t().contiguous();
    case Layout::kConvOfDense:
      return foreign.contiguous().view({foreign.size(2), foreign.size(3)}).t().contiguous();
    case Layout::kLinearOfConv:
      return foreign.contiguous().view({foreign.size(0), foreign.size(1), 1, 1});
    case Layout::kSame:
      break;
  }
  return foreign.contiguous();
}

}  // namespace ag::weights
