#include "framework/nn/age_output.h"

#include <ATen/ATen.h>

#include <string>

#include "framework/core/error.h"

namespace ag::nn {

std::int64_t age_outputs(AgeOutput output) {
  switch (output) {
    case AgeOutput::kClasses:
      return kAges;
    case AgeOutput::kThresholds:
    case AgeOutput::kSharedThresholds:
      return kAgeThresholds;
    case AgeOutput::kYears:
      return 1;
  }
  throw Error("age head", "there is no such output");
}

at::Tensor expected_age(const at::Tensor& outputs) {
  const std::int64_t columns = outputs.size(1);
  if (columns == kAges) {
    // Not a product with a vector: its rounding would depend on how many rows there are.
    return (at::softmax(outputs, 1, at::kDouble) *
            at::arange(kAges, outputs.options().dtype(at::kDouble)))
        .sum(1);
  }
  if (columns == kAgeThresholds) return at::sigmoid(outputs.to(at::kDouble)).sum(1);
  if (columns == 1) return outputs.to(at::kDouble).squeeze(1);
  throw Error("age head", std::to_string(columns) + " numbers a picture tell no age");
}

at::Tensor named_age(const at::Tensor& outputs) {
  if (outputs.size(1) == kAges) return outputs.argmax(1);
  return expected_age(outputs).round().to(at::kLong);
}

}  // namespace ag::nn
