#include "framework/deploy/weight_file.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <vector>

#include "framework/core/error.h"
#include "framework/deploy/keras_h5.h"

namespace ag::deploy {
namespace {

struct ForeignTensor {
  std::string name;
  at::Tensor tensor;  // float32, packed, in the other side's layout
};

bool is_of_head(const std::string& name) {
  return name.starts_with("head.");
}

std::vector<ForeignTensor> translate(const WeightSource& source, weights::Naming naming) {
  const weights::NameMap names = weights::make_name_map(source.family, naming, source.tensors);
  std::vector<ForeignTensor> result;
  for (const nn::NamedTensor& named : source.tensors) {
    const weights::ForeignName* foreign = names.by_ours(named.name);
    if (foreign == nullptr || (is_of_head(named.name) && !source.with_head)) continue;
    const at::Tensor plain = named.tensor.detach().to(at::kFloat).cpu();
    result.push_back(
        {foreign->foreign,
         weights::to_foreign(plain, foreign->layout, foreign->multiplier).contiguous()});
  }
  return result;
}

// One vector of weights may serve all of the age head's outputs; a dense layer has one for each.
std::vector<nn::NamedTensor> with_whole_age_layer(std::span<const nn::NamedTensor> tensors) {
  std::vector<nn::NamedTensor> whole(tensors.begin(), tensors.end());
  const auto named = [&whole](const char* name) {
    return std::find_if(whole.begin(), whole.end(),
                        [name](const nn::NamedTensor& tensor) { return tensor.name == name; });
  };
  const auto weight = named("head.age.weight");
  const auto bias = named("head.age.bias");
  if (weight != whole.end() && bias != whole.end())
    weight->tensor = weight->tensor.detach().expand({bias->tensor.numel(), weight->tensor.size(1)});
  return whole;
}

KerasLayer& layer_named(std::vector<KerasLayer>& layers, const std::string& name) {
  const auto found = std::find_if(layers.begin(), layers.end(),
                                  [&name](const KerasLayer& layer) { return layer.name == name; });
  if (found != layers.end()) return *found;
  return layers.emplace_back(KerasLayer{name, {}});
}

}  // namespace

std::size_t write_state_dict(const std::filesystem::path& path, const WeightSource& source,
                             weights::Naming naming, const Metadata& metadata) {
  const std::vector<ForeignTensor> tensors = translate(source, naming);
  std::vector<TensorBytes> entries;
  entries.reserve(tensors.size());
  for (const auto& [name, tensor] : tensors) {
    entries.push_back({name,
                       Dtype::kF32,
                       tensor.sizes().vec(),
                       {static_cast<const std::byte*>(tensor.const_data_ptr()), tensor.nbytes()}});
  }
  write_safetensors(path, entries, metadata);
  return entries.size();
}

std::size_t write_keras_weights(const std::filesystem::path& path, const WeightSource& source) {
  const std::vector<nn::NamedTensor> whole = with_whole_age_layer(source.tensors);
  const std::vector<ForeignTensor> tensors =
      translate({source.family, whole, source.with_head}, weights::Naming::kKeras3);
  std::vector<KerasLayer> layers;
  for (const auto& [name, tensor] : tensors) {
    const std::size_t slash = name.rfind('/');
    if (slash == std::string::npos)
      throw Error(path, "the name '" + name + "' isn't layer/variable");
    layer_named(layers, name.substr(0, slash))
        .variables.push_back({name.substr(slash + 1), tensor});
  }
  write_keras_h5(path, layers);
  return tensors.size();
}

}  // namespace ag::deploy
