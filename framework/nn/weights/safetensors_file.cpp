#include "framework/nn/weights/safetensors_file.h"

#include <ATen/ATen.h>

namespace ag::weights {
namespace {

constexpr std::string_view kOptimizerPrefix = "optimizer.";

at::ScalarType scalar_type(Dtype dtype) {
  switch (dtype) {
    case Dtype::kBool:
      return at::kBool;
    case Dtype::kU8:
      return at::kByte;
    case Dtype::kI8:
      return at::kChar;
    case Dtype::kI16:
      return at::kShort;
    case Dtype::kU16:
      return at::kUInt16;
    case Dtype::kF16:
      return at::kHalf;
    case Dtype::kBF16:
      return at::kBFloat16;
    case Dtype::kI32:
      return at::kInt;
    case Dtype::kU32:
      return at::kUInt32;
    case Dtype::kF64:
      return at::kDouble;
    case Dtype::kI64:
      return at::kLong;
    case Dtype::kU64:
      return at::kUInt64;
    case Dtype::kF32:
      break;
  }
  return at::kFloat;
}

}  // namespace

StateDict read_safetensors_file(const std::filesystem::path& path) {
  const Safetensors file = Safetensors::read(path);
  StateDict weights;
  weights.metadata = file.metadata();
  const auto format = weights.metadata.find("format");
  const bool ours = format != weights.metadata.end() && format->second == "agtrain-checkpoint";
  weights.format = ours ? "checkpoint of agtrain" : "safetensors";
  for (const TensorBytes& tensor : file.tensors()) {
    if (ours && tensor.name.starts_with(kOptimizerPrefix)) continue;
    const at::Tensor packed = at::empty(tensor.shape, scalar_type(tensor.dtype));
    std::ranges::copy(tensor.bytes, static_cast<std::byte*>(packed.mutable_data_ptr()));
    weights.add(tensor.name, packed);
  }
  return weights;
}

}  // namespace ag::weights
