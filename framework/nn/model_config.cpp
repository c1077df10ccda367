#include "framework/nn/model_config.h"

namespace ag::nn {

void ModelConfig::visit(config::Visitor& v) {
  v.field("name", name, config::one_of({"mobilenet_v1"}), "which network");
  v.field("width", width, config::above_up_to(0, 2),
          "what the channels of every convolution are multiplied with");
  v.field("dropout", dropout, config::from_below(0, 1),
          "share of the pooled features dropped in training");
  v.field("hidden", hidden, config::at_least(1), "units of the dense layer before the two heads");
  v.field("init", init, config::one_of({"glorot", "he"}),
          "how weights begin: glorot as in Keras, or he (by fan out) as in timm");
  v.field(
      "bn_momentum", bn_momentum, config::from_below(0, 1),
      "share of BatchNorm's old running statistics kept in a step; PyTorch's momentum is 1 minus "
      "this");
}

}  // namespace ag::nn
