// Weights that Keras saved. Three layouts:
//
//   .h5           attribute layer_names (or layer_names0, layer_names1, … where one attribute can't
//                 hold them) of the root, or of model_weights in a whole model; a group a layer
//                 with weight_names, and its data sets under these names. A nested model is one
//                 layer whose weights' names say their own layers.
//   .weights.h5   layers/<class>[_<number>]/vars/<number>, nested models below their layer, the
//                 layer's own name in vars' attribute "name" since Keras 3.6; what Keras 2.13 wrote
//                 says _layer_checkpoint_dependencies for layers.
//   .keras        a zip file with the second as model.weights.h5
#pragma once

#include <filesystem>

#include "framework/nn/weights/state_dict.h"
#include "framework/nn/weights/zip_archive.h"

namespace ag::weights {

// Throws Error as read_weights() does.
StateDict read_keras_file(const std::filesystem::path& path);

bool is_keras_archive(const ZipArchive& archive);
// Throws Error as read_weights() does.
StateDict read_keras_archive(const ZipArchive& archive);

}  // namespace ag::weights
