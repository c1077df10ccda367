#include "framework/core/error.h"
#include "framework/optim/rule.h"

namespace ag::optim {
namespace {

enum RmspropSlot : std::size_t { kMeanSquare, kMomentum };

class Rmsprop : public Rule {
 public:
  explicit Rmsprop(const OptimizerConfig& config)
      : has_momentum_(config.momentum > 0), alpha_(config.alpha), eps_(config.eps) {}

  std::vector<std::string> slots() const override {
    return has_momentum_ ? std::vector<std::string>{"square_avg", "momentum"}
                         : std::vector<std::string>{"square_avg"};
  }

  void apply(Group& group, const Hyper& hyper, std::int64_t) const override {
    if (has_momentum_ != (hyper.momentum > 0)) {
      throw Error("rmsprop", "the momentum of a step is above 0 if and only if the optimizer's is");
    }
    move(group, hyper);
  }

 protected:
  virtual void move(Group& group, const Hyper& hyper) const = 0;

  bool has_momentum_;
  double alpha_;
  double eps_;
};

// A launch for a whole list, where the device has such kernels.
class ForeachRmsprop : public Rmsprop {
 public:
  using Rmsprop::Rmsprop;

 protected:
  void move(Group& group, const Hyper& hyper) const override {
    const std::vector<at::Tensor> gradients =
        group.weight_decay == 0
            ? group.gradients
            : at::_foreach_add(group.gradients, group.parameters, group.weight_decay);
    const at::TensorList squares = group.slots[kMeanSquare];
    at::_foreach_mul_(squares, alpha_);
    at::_foreach_addcmul_(squares, gradients, gradients, 1 - alpha_);
    const std::vector<at::Tensor> roots = at::_foreach_sqrt(squares);
    at::_foreach_add_(roots, eps_);
    if (!has_momentum_) {
      at::_foreach_addcdiv_(group.parameters, gradients, roots, -hyper.lr);
      return;
    }
    const at::TensorList momentum = group.slots[kMomentum];
    at::_foreach_mul_(momentum, hyper.momentum);
    at::_foreach_addcdiv_(momentum, gradients, roots, 1);
    at::_foreach_add_(group.parameters, momentum, -hyper.lr);
  }
};

class ReferenceRmsprop : public Rmsprop {
 public:
  using Rmsprop::Rmsprop;

 protected:
  void move(Group& group, const Hyper& hyper) const override {
    for (std::size_t i = 0; i < group.parameters.size(); ++i) {
      at::Tensor& parameter = group.parameters[i];
      at::Tensor& square = group.slots[kMeanSquare][i];
      const at::Tensor gradient = group.gradients[i] + group.weight_decay * parameter;
      square.copy_(alpha_ * square + (1 - alpha_) * gradient * gradient);
      const at::Tensor scaled = gradient / (square.sqrt() + eps_);
      if (!has_momentum_) {
        parameter.sub_(hyper.lr * scaled);
        continue;
      }
      at::Tensor& momentum = group.slots[kMomentum][i];
      momentum.copy_(hyper.momentum * momentum + scaled);
      parameter.sub_(hyper.lr * momentum);
    }
  }
};

}  // namespace

std::unique_ptr<Rule> make_rmsprop(const OptimizerConfig& config, Form form) {
  if (form == Form::kFast) return std::make_unique<ForeachRmsprop>(config);
  return std::make_unique<ReferenceRmsprop>(config);
}

}  // namespace ag::optim
