// Weights of a file put into a network, by names, with a report of what went where.
#pragma once

#include <string>
#include <vector>

#include "framework/nn/model.h"
#include "framework/nn/weights/names.h"
#include "framework/nn/weights/state_dict.h"

namespace ag::weights {

struct LeftOut {
  std::string name;
  std::string why;
};

struct ImportReport {
  std::string file;
  std::string format;  // "Keras 2.0.6 .h5"
  Naming naming = Naming::kOurs;
  std::string prefix;                 // that the file puts before every name ("module.")
  std::vector<std::string> matched;   // tensors of the network that came from the file
  std::vector<std::string> missing;   // those that stay as they began
  std::vector<LeftOut> left_out;      // tensors of the file
  std::vector<std::string> warnings;  // where the network will compute otherwise than the original
};

// Copies what `weights` has for the network or classifier into its tensors, converting layout and
// element type; `file` is for messages. All or nothing.
//
// The naming is found out: the one that explains most. The backbone must be there whole, at the
// network's own width; only a checkpoint of ours may lack parts of it. Layers of the heads and of
// the 1000-class top are taken where they are there in the same shape, and else stay as they began,
// so that heads may be swapped. The input's size is in no tensor and may differ.
//
// Throws an Error that shows the first names of a file that fits no naming of this family, and
// says which family or width the file seems to be of; or names a tensor of another shape, with both
// shapes. Throws an Error that names a tensor with numbers that aren't finite, or a negative
// variance.
ImportReport load_into(nn::Model& network, const StateDict& weights, const std::string& file);

// A few lines for people, the warnings not among them:
//   weights mobilenet_v2.pth: torch state dict with timm's names, 260 of 266 tensors taken
//     left out: classifier.weight, classifier.bias (the original's top)
//     begin anew: head.hidden.weight, head.hidden.bias, head.age.weight and 3 more
std::vector<std::string> to_lines(const ImportReport& report);

}  // namespace ag::weights
