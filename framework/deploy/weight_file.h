// A network's weights under the names, and in the layout, that other programs know them by.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "framework/core/safetensors.h"
#include "framework/nn/named_tensor.h"
#include "framework/nn/weights/names.h"

namespace ag::deploy {

struct WeightSource {
  std::string family;                        // "mobilenet_v1", …
  std::span<const nn::NamedTensor> tensors;  // parameters, then running statistics
  bool with_head = true;                     // age and gender too, not the trunk alone
};

// Every tensor that `naming` has a name for, as float32, as the whole of `path`. Return how many
// were written. Throw Error where the naming hasn't the family, or the file can't be written.
//
// A state dict that safetensors.torch.load_file gives back as it is.
std::size_t write_state_dict(const std::filesystem::path& path, const WeightSource& source,
                             weights::Naming naming, const Metadata& metadata);
// What Keras's load_weights reads, in the layers' order.
std::size_t write_keras_weights(const std::filesystem::path& path, const WeightSource& source);

}  // namespace ag::deploy
