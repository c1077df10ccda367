// Weights as Keras's load_weights takes them from a .h5 file, whichever Keras it is:
//
//   /                        layer_names [L], backend "tensorflow", keras_version
//   /<layer>                 weight_names [W] of that layer, in Keras's order
//   /<layer>/<weight name>   float32, in Keras's layout
//
// It is the layout that Keras 2 wrote and Keras 3 calls legacy. Both match layers by their order
// among those with weights, or with by_name=True (Keras 2, 3's legacy loader) by their names; so
// layers stand in the order of the forward pass, and bear Keras's names.
//
// An attribute over 64 KiB minus a header isn't possible in HDF5: longer lists are split into
// layer_names0, layer_names1, … as Keras does.
#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>
#include <vector>

namespace ag::deploy {

struct KerasVariable {
  std::string name;   // "kernel"; stored as "<layer>/kernel:0"
  at::Tensor tensor;  // in Keras's layout
};

struct KerasLayer {
  std::string name;
  std::vector<KerasVariable> variables;  // kernel, bias; gamma, beta, moving mean, moving variance
};

// Writes `layers` as the whole of `path`. Throws Error when the file can't be written.
void write_keras_h5(const std::filesystem::path& path, const std::vector<KerasLayer>& layers);

}  // namespace ag::deploy
