// The tensors of a weights file by name, whoever wrote it.
#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "framework/core/safetensors.h"

namespace ag::weights {

class StateDict {
 public:
  struct Entry {
    std::string name;
    at::Tensor tensor;  // on the CPU, packed, owning its bytes; floating point or integers
  };

  // A name that is there already is said again with ", 2" behind it, and so on.
  void add(const std::string& name, at::Tensor tensor);

  // In the order of the file.
  const std::vector<Entry>& entries() const { return entries_; }
  // Null where there is none. Both live as long as nothing is added.
  const Entry* find_entry(std::string_view name) const;
  const at::Tensor* find(std::string_view name) const;

  // For people: "Keras .h5", "safetensors", …
  std::string format;
  // What the file says of itself beside its tensors, where its format has a place for that.
  Metadata metadata;

 private:
  std::vector<Entry> entries_;
  std::map<std::string, std::size_t, std::less<>> index_;
};

// Reads a file whose format is told by its content, not by its name:
//
//   Keras .h5          whole models and weights alone, of Keras 2 and 3, nested models too
//   Keras .weights.h5  Keras 3's and late Keras 2's
//   Keras .keras       the zip file around one
//   safetensors        timm's, torchvision's, our own checkpoints (without their optimizer's state)
//   torch .pth         torch.save's zip files and the streams before them, of a state dict alone or
//                      under "state_dict_ema", "model_ema", "state_dict" or "model". Nothing in the
//                      file is run.
//
// Names stay the file's; Keras's are "layer/variable", and a layer in a nested .weights.h5 model
// has the model's name before it. Keras's layouts stay too. Throws Error, one line, where the file
// isn't there, is cut, damaged, hostile or of another format.
StateDict read_weights(const std::filesystem::path& path);

// "xxh3_64:<16 hexadecimal digits>" of a file's bytes, by which two runs can tell that they began
// with the same. Throws Error when it can't be read.
std::string file_checksum(const std::filesystem::path& path);

}  // namespace ag::weights
