// What the tensors of a network are called elsewhere: in Keras's applications, timm and
// torchvision. In both directions.
//
// Names are made from the network's own tensors (which block expands, which one squeezes), so they
// hold at any width. What is mapped is names, never the order of a file.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "framework/nn/named_tensor.h"
#include "framework/nn/weights/layout.h"

namespace ag::weights {

// Whose names. A Keras name is "layer/variable", without the ":0" that Keras 2 writes behind it.
enum class Naming {
  kOurs,          // "blocks.3.depthwise.weight"
  kKeras2,        // "expanded_conv_3/depthwise/depthwise_kernel"
  kKeras3,        // "expanded_conv_3_depthwise/kernel"
  kKerasByClass,  // "depthwise_conv2d_3/kernel": the layer's class and its number among its like,
                  // all that Keras's .weights.h5 said before layers' names were kept there too
  kTimm,          // "blocks.1.2.conv_dw.weight"
  kTorchvision,   // "features.4.block.1.0.weight"
};

// For people: "Keras 2", "timm", "agtrain", …
std::string_view naming_title(Naming naming);

struct ForeignName {
  std::string ours;
  std::string foreign;            // what to write
  std::vector<std::string> also;  // what older files say in its place
  Layout layout = Layout::kSame;
  std::int64_t multiplier = 1;  // M of kDepthwise
};

// The names of one network's tensors in one naming. Immutable: any thread may read it.
class NameMap {
 public:
  explicit NameMap(std::vector<ForeignName> entries);
  NameMap(NameMap&&) noexcept = default;
  NameMap& operator=(NameMap&&) noexcept = default;
  NameMap(const NameMap&) = delete;
  NameMap& operator=(const NameMap&) = delete;

  // In the network's order.
  const std::vector<ForeignName>& entries() const { return entries_; }
  // Null where there is no counterpart. The second knows older names too.
  const ForeignName* by_ours(std::string_view name) const;
  const ForeignName* by_foreign(std::string_view name) const;

 private:
  std::vector<ForeignName> entries_;
  std::map<std::string, std::size_t, std::less<>> by_ours_, by_foreign_;
};

// The namings in which `family` ("mobilenet_v1", …) exists: torchvision has no V1, Keras no V4.
std::vector<Naming> namings_of(std::string_view family);

// `tensors`: parameters and running statistics of a network or classifier of that family, in their
// order. Tensors without a counterpart have no entry; the age and gender heads keep their names in
// timm's and torchvision's naming, and are the dense layers head_hidden, head_age and head_gender
// in Keras's. Throws Error where the naming hasn't the family.
NameMap make_name_map(std::string_view family, Naming naming,
                      std::span<const nn::NamedTensor> tensors);

// The layers of the original's 1000-class top, by the beginnings of their tensors' names
// ("classifier."). Keras's names by class don't tell them from others.
std::vector<std::string> top_layers(std::string_view family, Naming naming);

// Parameters, then running statistics: of a Network or a Classifier.
template <class Model>
std::vector<nn::NamedTensor> all_tensors(const Model& model) {
  std::vector<nn::NamedTensor> tensors = model.parameters();
  tensors.insert(tensors.end(), model.buffers().begin(), model.buffers().end());
  return tensors;
}

}  // namespace ag::weights
