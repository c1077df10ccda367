// Cross-entropy of a softmax, a row at a time.
#pragma once

#include <ATen/core/Tensor.h>

namespace ag::kernels {

// `logits` [N, C], `classes` int64 [N] in [0, C). Returns [N], in nats. `smoothing` is the share of
// the target, [0, 1), that is spread evenly over all C classes (Szegedy et al., "Rethinking the
// Inception Architecture for Computer Vision", CVPR 2016). Of floats on the CPU loss and gradient
// are computed at once; others go through ATen, the reference. Throws Error for a class out of
// range.
at::Tensor cross_entropy(const at::Tensor& logits, const at::Tensor& classes, double smoothing);

}  // namespace ag::kernels
