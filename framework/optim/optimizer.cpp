#include "framework/optim/optimizer.h"

#include <ATen/core/grad_mode.h>
#include <fmt/format.h>

#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "framework/core/error.h"
#include "framework/optim/rule.h"

namespace ag::optim {
namespace {

std::unique_ptr<Rule> make_rule(const OptimizerConfig& config, Form form) {
  if (config.name == "adamw") return make_adamw(config, form);
  if (config.name == "rmsprop") return make_rmsprop(config, form);
  return make_sgd(config, form);
}

// Same shape, and the same place in memory for the same index. The stride of a dimension of one
// element says nothing.
bool laid_out_alike(const at::Tensor& a, const at::Tensor& b) {
  if (a.sizes() != b.sizes()) return false;
  for (std::int64_t dim = 0; dim < a.dim(); ++dim) {
    if (a.size(dim) > 1 && a.stride(dim) != b.stride(dim)) return false;
  }
  return true;
}

void check(const std::vector<OptimizedParameter>& parameters) {
  std::set<std::string> names;
  for (const OptimizedParameter& parameter : parameters) {
    const at::Tensor& tensor = parameter.tensor;
    const auto refuse = [&parameter](const char* what) {
      throw Error("optimizer", fmt::format("parameter '{}' {}", parameter.name, what));
    };
    if (!names.insert(parameter.name).second) refuse("stands twice in the list");
    if (!tensor.defined() || !tensor.is_leaf()) refuse("isn't a leaf tensor");
    if (tensor.scalar_type() != at::kFloat && tensor.scalar_type() != at::kDouble) {
      refuse("is neither float32 nor float64");
    }
    if (!tensor.is_non_overlapping_and_dense()) refuse("doesn't fill its memory");
    if (parameter.lr_factor < 0) refuse("has a learning rate below 0");
  }
}

}  // namespace

Optimizer::Optimizer(const OptimizerConfig& config,
                     const std::vector<OptimizedParameter>& parameters, Form form)
    : rule_(make_rule(config, form)) {
  check(parameters);
  const auto decays = [&config](const OptimizedParameter& parameter) {
    return config.weight_decay > 0 && (parameter.decays || config.decay_norm_and_bias);
  };
  // Those that decay come first.
  std::map<std::tuple<bool, double, std::int64_t>, Group> groups;
  for (const OptimizedParameter& parameter : parameters) {
    const bool decaying = decays(parameter);
    Group& group = groups[{!decaying, parameter.lr_factor, parameter.first_step}];
    group.weight_decay = decaying ? config.weight_decay : 0;
    group.lr_factor = parameter.lr_factor;
    group.first_step = parameter.first_step;
    group.names.push_back(parameter.name);
    group.parameters.push_back(parameter.tensor);
  }
  for (auto& [key, group] : groups) add(std::move(group));
}

Optimizer::~Optimizer() = default;

void Optimizer::add(Group group) {
  for (const std::string& slot : rule_->slots()) {
    std::vector<at::Tensor>& tensors = group.slots.emplace_back();
    for (std::size_t i = 0; i < group.parameters.size(); ++i) {
      tensors.push_back(at::zeros_like(group.parameters[i].detach()));
      state_.push_back({slot + "/" + group.names[i], tensors.back()});
    }
  }
  groups_.push_back(std::move(group));
}

void Optimizer::step(const Hyper& hyper) {
  const at::NoGradGuard no_grad;
  std::vector<Group*> moving;
  for (Group& group : groups_) {
    if (steps_ >= group.first_step) moving.push_back(&group);
  }
  for (Group* group : moving) collect_gradients(*group);
  ++steps_;
  for (Group* group : moving) {
    rule_->apply(*group, {hyper.lr * group->lr_factor, hyper.momentum}, steps_ - group->first_step);
  }
}

void Optimizer::collect_gradients(Group& group) {
  group.gradients.clear();
  for (std::size_t i = 0; i < group.parameters.size(); ++i) {
    const at::Tensor& parameter = group.parameters[i];
    const at::Tensor& gradient = parameter.grad();
    if (!gradient.defined()) {
      throw Error("optimizer", fmt::format("parameter '{}' has no gradient", group.names[i]),
                  "give it zeros, or freeze it by its first_step");
    }
    if (gradient.scalar_type() != parameter.scalar_type() || !laid_out_alike(parameter, gradient)) {
      throw Error("optimizer",
                  fmt::format("the gradient of '{}' has another type or layout than the parameter",
                              group.names[i]),
                  "make it like the parameter, strides too");
    }
    group.gradients.push_back(gradient);
  }
}

void Optimizer::restore(std::span<const StateTensor> saved, std::int64_t steps) {
  std::map<std::string, at::Tensor> by_name;
  for (const StateTensor& tensor : saved) by_name[tensor.name] = tensor.tensor;
  const char* const mend = "resume with the optimizer and network that the state was saved with";
  for (const StateTensor& own : state_) {
    const auto found = by_name.find(own.name);
    if (found == by_name.end()) {
      throw Error("optimizer", fmt::format("the saved state lacks '{}'", own.name), mend);
    }
    const at::Tensor& tensor = found->second;
    if (tensor.sizes() != own.tensor.sizes() || tensor.scalar_type() != own.tensor.scalar_type()) {
      throw Error("optimizer", fmt::format("the saved '{}' has another shape or type", own.name),
                  mend);
    }
  }
  if (by_name.size() != state_.size()) {
    for (const StateTensor& own : state_) by_name.erase(own.name);
    throw Error("optimizer",
                fmt::format("the saved state holds '{}', which this one doesn't know",
                            by_name.begin()->first),
                mend);
  }
  const at::NoGradGuard no_grad;
  for (StateTensor& own : state_) own.tensor.copy_(by_name.at(own.name));
  steps_ = steps;
}

}  // namespace ag::optim
