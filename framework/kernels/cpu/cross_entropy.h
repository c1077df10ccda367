// The cross-entropy of a softmax and its gradient, in one pass over a row of logits that stays in
// the nearest cache.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ag::kernels::cpu {

struct CrossEntropy {
  const float* logits = nullptr;          // [rows, classes]
  const std::int64_t* targets = nullptr;  // [rows], each in [0, classes)
  std::size_t classes = 0;
  float smoothing = 0;  // share of the target that is spread evenly over all classes
};

// Of rows [begin, end): `loss` [rows] in nats, and the gradient [rows, classes] of each row's own
// loss.
void cross_entropy(const CrossEntropy& job, std::size_t begin, std::size_t end, float* loss,
                   float* gradient);

}  // namespace ag::kernels::cpu
