// What the tensors of a network are called elsewhere: in Keras's applications, timm and
// torchvision; and how they lie there. In both directions.
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

// How the other side lays out a tensor of ours.
enum class Layout {
  kSame,
  kConv,          // [kH, kW, I, O] for our [O, I, kH, kW]
  kDepthwise,     // [kH, kW, C, M] for our [C * M, 1, kH, kW]
  kDense,         // [I, O] for our [O, I]
  kConvOfDense,   // [1, 1, I, O] for our [O, I]: Keras's last layer as a 1x1 convolution
  kLinearOfConv,  // [O, I] for our [O, I, 1, 1]
};

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
// order. Tensors without a counterpart have no entry; the article's two heads keep their names in
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

// Both return packed tensors (C order). `foreign` must have the layout's number of dimensions.
at::Tensor to_foreign(const at::Tensor& ours, const ForeignName& name);
at::Tensor to_ours(const at::Tensor& foreign, const ForeignName& name);

// The dimensions that the other side has a tensor of our `shape` in.
std::vector<std::int64_t> foreign_shape(at::IntArrayRef shape, const ForeignName& name);

}  // namespace ag::weights
