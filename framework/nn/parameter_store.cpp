#include "framework/nn/parameter_store.h"

#include <cmath>
#include <span>
#include <string_view>

#include "framework/core/philox.h"

namespace ag::nn {
namespace {

// FNV-1a, 64 bits (Fowler, Noll, Vo).
std::uint64_t hash_of(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char letter : name) {
    hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3;
  }
  return hash;
}

// The stream of draws that belongs to a name.
RandomKey key_of(std::uint64_t seed, std::string_view name) {
  const std::uint64_t hash = hash_of(name);
  return {seed, static_cast<std::uint32_t>(hash >> 32), static_cast<std::uint32_t>(hash),
          Purpose::kInit};
}

double glorot_limit(at::IntArrayRef shape) {
  std::int64_t kernel = 1;
  for (std::size_t axis = 2; axis < shape.size(); ++axis) kernel *= shape[axis];
  return std::sqrt(6.0 / static_cast<double>(kernel * (shape[0] + shape[1])));
}

// The value at the next place of a weight.
double draw(RandomStream& stream, at::IntArrayRef shape, std::int64_t groups,
            Initialization initialization) {
  if (initialization == Initialization::kGlorot) {
    const double limit = glorot_limit(shape);
    return stream.uniform(-limit, limit);
  }
  if (shape.size() == 4) {
    const std::int64_t fan_out = shape[2] * shape[3] * shape[0] / groups;
    return stream.normal() * std::sqrt(2 / static_cast<double>(fan_out));
  }
  const double limit = 1 / std::sqrt(static_cast<double>(shape[1]));
  return stream.uniform(-limit, limit);
}

}  // namespace

at::Tensor ParameterStore::weight(const std::string& name, at::IntArrayRef shape,
                                  std::int64_t groups) {
  at::Tensor drawn = at::empty(shape, at::kDouble);
  RandomStream stream(key_of(seed_, name));
  for (double& number :
       std::span(drawn.mutable_data_ptr<double>(), static_cast<std::size_t>(drawn.numel()))) {
    number = draw(stream, shape, groups, initialization_);
  }
  const auto layout =
      shape.size() == 4 ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous;
  return add(name, TensorKind::kWeight, drawn.to(type_).contiguous(layout));
}

at::Tensor ParameterStore::bias(const std::string& name, std::int64_t size) {
  return add(name, TensorKind::kBias, filled(size, 0));
}

BatchNormTensors ParameterStore::batch_norm(const std::string& name, std::int64_t channels) {
  return {add(name + ".weight", TensorKind::kNormWeight, filled(channels, 1)),
          add(name + ".bias", TensorKind::kNormBias, filled(channels, 0)),
          add(name + ".running_mean", TensorKind::kRunningStatistic, filled(channels, 0)),
          add(name + ".running_var", TensorKind::kRunningStatistic, filled(channels, 1))};
}

at::Tensor ParameterStore::add(const std::string& name, TensorKind kind, at::Tensor tensor) {
  const bool trained = kind != TensorKind::kRunningStatistic;
  tensor.requires_grad_(trained);
  (trained ? parameters_ : buffers_).push_back({name, tensor, kind, stage_});
  return tensor;
}

at::Tensor ParameterStore::filled(std::int64_t size, double value) const {
  return at::full({size}, value, at::TensorOptions(type_));
}

}  // namespace ag::nn
