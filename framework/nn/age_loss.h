// How wrong the age head is about each picture.
//
// With y the age, z the outputs and p = softmax(z):
//
//   cross_entropy  -log p_y
//   dldl           KL(q || p), q a Gaussian around y over the ages 0 to 100, made to sum up to 1
//                  (Gao et al., "Deep Label Distribution Learning with Label Ambiguity", IEEE TIP
//                  2017)
//   mean_variance  -log p_y + mean_weight (m - y)^2 / 2 + variance_weight v, with m and v mean and
//                  variance of p (Pan et al., "Mean-Variance Loss for Deep Age Estimation from a
//                  Face", CVPR 2018)
//   ordinal        sum over k = 0 to 99 of the binary cross-entropy of sigmoid(z_k) and [y > k]
//                  (Niu et al., "Ordinal Regression with Multiple Output CNN for Age Estimation",
//                  CVPR 2016; with shared weights Cao, Mirjalili and Raschka, "Rank consistent
//                  ordinal regression", Pattern Recognition Letters 2020)
//   regression     |z - y|, and below h = huber_years (z - y)^2 / (2 h), h / 2 being taken off
//                  above: PyTorch's smooth L1, Huber's loss over h
//
// Label smoothing e makes the target (1 - e) times itself plus e / 101 for each age, for ordinal
// e / 2. Regression has none.
#pragma once

#include <ATen/core/Tensor.h>

#include "framework/nn/loss_config.h"

namespace ag::nn {

// `outputs` as age_output(config) has them, `age` int64 [N]. Returns [N] of the outputs' type, in
// nats (regression: years) times the weight of the age's band. Throws a usage error for an unknown
// loss, Error for outputs of another loss's head.
at::Tensor age_loss(const at::Tensor& outputs, const at::Tensor& age, const LossConfig& config);

}  // namespace ag::nn
