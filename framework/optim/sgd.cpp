#include "framework/core/error.h"
#include "framework/optim/rule.h"

namespace ag::optim {
namespace {

class Sgd : public Rule {
 public:
  explicit Sgd(const OptimizerConfig& config)
      : has_momentum_(config.momentum > 0), nesterov_(config.nesterov) {}

  // A buffer of zeros needs no rule of its own for the first step: momentum * 0 + g is g.
  std::vector<std::string> slots() const override {
    return has_momentum_ ? std::vector<std::string>{"momentum"} : std::vector<std::string>{};
  }

  void apply(Group& group, const Hyper& hyper, std::int64_t) const override {
    if (has_momentum_ != (hyper.momentum > 0)) {
      throw Error("sgd", "the momentum of a step is above 0 if and only if the optimizer's is");
    }
    move(group, hyper);
  }

 protected:
  virtual void move(Group& group, const Hyper& hyper) const = 0;

  bool has_momentum_;
  bool nesterov_;
};

class FusedSgd : public Sgd {
 public:
  using Sgd::Sgd;

 protected:
  void move(Group& group, const Hyper& hyper) const override {
    const at::TensorList momentum =
        has_momentum_ ? at::TensorList(group.slots[0]) : at::TensorList();
    at::_fused_sgd_(group.parameters, group.gradients, momentum, group.weight_decay, hyper.momentum,
                    hyper.lr, /*dampening=*/0, nesterov_, /*maximize=*/false,
                    /*is_first_step=*/false);
  }
};

class ReferenceSgd : public Sgd {
 public:
  using Sgd::Sgd;

 protected:
  void move(Group& group, const Hyper& hyper) const override {
    for (std::size_t i = 0; i < group.parameters.size(); ++i) {
      at::Tensor& parameter = group.parameters[i];
      const at::Tensor gradient = group.gradients[i] + group.weight_decay * parameter;
      if (!has_momentum_) {
        parameter.sub_(hyper.lr * gradient);
        continue;
      }
      at::Tensor& momentum = group.slots[0][i];
      momentum.copy_(hyper.momentum * momentum + gradient);
      parameter.sub_(hyper.lr * (nesterov_ ? gradient + hyper.momentum * momentum : momentum));
    }
  }
};

}  // namespace

std::unique_ptr<Rule> make_sgd(const OptimizerConfig& config, Form form) {
  if (form == Form::kFast) return std::make_unique<FusedSgd>(config);
  return std::make_unique<ReferenceSgd>(config);
}

}  // namespace ag::optim
