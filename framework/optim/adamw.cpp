#include <cmath>

#include "framework/optim/rule.h"

namespace ag::optim {
namespace {

enum AdamSlot : std::size_t { kMean, kSquare };

class Adamw : public Rule {
 public:
  explicit Adamw(const OptimizerConfig& config) : beta2_(config.beta2), eps_(config.eps) {}

  std::vector<std::string> slots() const override { return {"exp_avg", "exp_avg_sq"}; }

 protected:
  double beta2_;
  double eps_;
};

class FusedAdamw : public Adamw {
 public:
  using Adamw::Adamw;

  void apply(Group& group, const Hyper& hyper, std::int64_t step) const override {
    // The kernel asks for a count per parameter; all of them have taken the same number of steps.
    const at::Tensor count = at::full({}, static_cast<double>(step),
                                      group.parameters.front().options().dtype(at::kFloat));
    const std::vector<at::Tensor> counts(group.parameters.size(), count);
    at::_fused_adamw_(group.parameters, group.gradients, group.slots[kMean], group.slots[kSquare],
                      /*max_exp_avg_sqs=*/{}, counts, hyper.lr, /*beta1=*/hyper.momentum, beta2_,
                      group.weight_decay, eps_, /*amsgrad=*/false, /*maximize=*/false);
  }
};

class ReferenceAdamw : public Adamw {
 public:
  using Adamw::Adamw;

  void apply(Group& group, const Hyper& hyper, std::int64_t step) const override {
    const double beta1 = hyper.momentum;
    const double correction1 = 1 - std::pow(beta1, step);
    const double correction2 = 1 - std::pow(beta2_, step);
    for (std::size_t i = 0; i < group.parameters.size(); ++i) {
      at::Tensor& parameter = group.parameters[i];
      const at::Tensor& gradient = group.gradients[i];
      at::Tensor& mean = group.slots[kMean][i];
      at::Tensor& square = group.slots[kSquare][i];
      parameter.sub_(hyper.lr * group.weight_decay * parameter);
      mean.copy_(beta1 * mean + (1 - beta1) * gradient);
      square.copy_(beta2_ * square + (1 - beta2_) * gradient * gradient);
      parameter.sub_(hyper.lr * (mean / correction1) / ((square / correction2).sqrt() + eps_));
    }
  }
};

}  // namespace

std::unique_ptr<Rule> make_adamw(const OptimizerConfig& config, Form form) {
  if (form == Form::kFast) return std::make_unique<FusedAdamw>(config);
  return std::make_unique<ReferenceAdamw>(config);
}

}  // namespace ag::optim
