// bn_act in plain ATen arithmetic: statistics over a prefix of the batch, over all ranks if asked.

#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <utility>

#include "framework/kernels/activation.h"
#include "framework/kernels/bn_act_forms.h"

namespace ag::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr std::int64_t kAllButChannels[] = {0, 2, 3};

at::Tensor per_channel(const at::Tensor& vector) {
  return vector.view({1, -1, 1, 1});
}

at::Tensor channel_sums(const at::Tensor& x) {
  return x.sum(at::IntArrayRef(kAllButChannels));
}

// What x is normalised with, and how many numbers a channel it was made of: 0 where it is given and
// doesn't depend on x.
struct Statistics {
  at::Tensor mean;      // [C]
  at::Tensor variance;  // [C], biased
  double count = 0;
};

// Adds the vectors up over all ranks, in one reduction in fp64.
at::Tensor reduced(const std::vector<at::Tensor>& vectors, const BnActOptions& options) {
  at::Tensor all = at::cat(vectors).to(at::kDouble);
  if (options.all_reduce_sum) options.all_reduce_sum(all);
  return all;
}

Statistics batch_statistics(const at::Tensor& x, const BnActOptions& options) {
  const std::int64_t channels = x.size(1);
  const at::Tensor real = x.narrow(0, 0, options.real);
  const auto own_count = static_cast<double>(real.size(0) * real.size(2) * real.size(3));

  const at::Tensor sums =
      reduced({channel_sums(real), at::full({1}, own_count, x.options())}, options);
  const double count = sums[channels].item<double>();
  const at::Tensor mean = (sums.narrow(0, 0, channels) / std::max(count, 1.0)).to(x.scalar_type());

  const at::Tensor squares = reduced({channel_sums((real - per_channel(mean)).square())}, options);
  return {mean, (squares / std::max(count, 1.0)).to(x.scalar_type()), count};
}

void update(const at::Tensor& running, const at::Tensor& now, double momentum) {
  running.mul_(momentum).add_(now, 1.0 - momentum);
}

Statistics statistics(const at::Tensor& x, const at::Tensor& running_mean,
                      const at::Tensor& running_var, const BnActOptions& options) {
  if (options.training) {
    Statistics batch = batch_statistics(x, options);
    if (batch.count > 0) {
      const double factor =
          options.biased_running_variance ? 1.0 : batch.count / std::max(batch.count - 1.0, 1.0);
      update(running_mean, batch.mean, options.momentum);
      update(running_var, batch.variance * factor, options.momentum);
      return batch;
    }
  }
  return {running_mean.clone(), running_var.clone(), 0};
}

// The options, for the backward pass.
struct Kept : torch::CustomClassHolder {
  explicit Kept(BnActOptions kept) : options(std::move(kept)) {}
  BnActOptions options;
};

class BnActReference : public torch::autograd::Function<BnActReference> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight,
                            const at::Tensor& bias, const at::Tensor& running_mean,
                            const at::Tensor& running_var, const BnActOptions& options) {
    const Statistics used = statistics(x, running_mean, running_var, options);
    const at::Tensor inverse_deviation = (used.variance + options.eps).rsqrt();
    at::Tensor normalised =
        (x - per_channel(used.mean)) * per_channel(inverse_deviation * weight) + per_channel(bias);
    const Activated activated =
        activate(std::move(normalised), options.activation, options.pad_end);

    context->save_for_backward({x, weight, used.mean, inverse_deviation, activated.kept});
    context->saved_data["count"] = used.count;
    context->saved_data["options"] = c10::IValue::make_capsule(c10::make_intrusive<Kept>(options));
    return activated.y;
  }

  static variable_list backward(AutogradContext* context, variable_list grads) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor &x = saved[0], &weight = saved[1], &mean = saved[2],
                     &inverse_deviation = saved[3];
    const double count = context->saved_data["count"].toDouble();
    const auto kept =
        c10::static_intrusive_pointer_cast<Kept>(context->saved_data["options"].toCapsule());
    const BnActOptions& options = kept->options;

    const std::int64_t real = options.training ? options.real : x.size(0);
    const at::Tensor grad =
        activate_backward(grads[0], saved[4], x, options.activation, options.pad_end)
            .narrow(0, 0, real);
    const at::Tensor normal =
        (x.narrow(0, 0, real) - per_channel(mean)) * per_channel(inverse_deviation);
    const at::Tensor grad_weight = channel_sums(grad * normal);
    const at::Tensor grad_bias = channel_sums(grad);

    at::Tensor grad_real = grad;
    if (options.training) {
      const at::Tensor means =
          (reduced({grad_bias, grad_weight}, options) / std::max(count, 1.0)).to(x.scalar_type());
      if (count > 0) {
        const std::int64_t channels = x.size(1);
        grad_real = grad - per_channel(means.narrow(0, 0, channels)) -
                    normal * per_channel(means.narrow(0, channels, channels));
      }
    }
    at::Tensor grad_x = at::zeros_like(x);
    grad_x.narrow(0, 0, real).copy_(grad_real * per_channel(inverse_deviation * weight));
    return {grad_x, grad_weight, grad_bias, {}, {}, {}};
  }
};

}  // namespace

at::Tensor bn_act_reference(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                            const at::Tensor& running_mean, const at::Tensor& running_var,
                            const BnActOptions& options) {
  return BnActReference::apply(x, weight, bias, running_mean, running_var, options);
}

}  // namespace ag::kernels
