#include <ATen/ATen.h>

#include <array>
#include <chrono>
#include <memory>

#include "framework/comm/gradient_reducer.h"
#include "framework/comm/mpi_communicator.h"
#include "tests/bench/comm/bench.h"

namespace ag::bench {
namespace {

using Clock = std::chrono::steady_clock;

// A layer of MobileNet V1 1.0 as backward sees it: two products, for its weight and for its input.
struct Layer {
  at::Tensor weight;     // [inputs, outputs]
  at::Tensor scale;      // [outputs] of its BatchNorm
  at::Tensor shift;      // [outputs]
  at::Tensor depthwise;  // [inputs, 9], of the convolution before it
  at::Tensor input;      // [rows, inputs]
  at::Tensor output;     // [rows, outputs]: its gradient
};

at::Tensor parameter(at::IntArrayRef shape) {
  return at::zeros(shape).requires_grad_(true);
}

std::vector<Layer> make_layers(const Options& options) {
  // Width in, width out, and how many times the picture's side has been halved.
  constexpr std::array<std::array<int, 3>, 14> kBlocks = {{{27, 32, 1},
                                                           {32, 64, 1},
                                                           {64, 128, 2},
                                                           {128, 128, 2},
                                                           {128, 256, 3},
                                                           {256, 256, 3},
                                                           {256, 512, 4},
                                                           {512, 512, 4},
                                                           {512, 512, 4},
                                                           {512, 512, 4},
                                                           {512, 512, 4},
                                                           {512, 512, 4},
                                                           {512, 1024, 5},
                                                           {1024, 1024, 5}}};
  std::vector<Layer> layers;
  const auto add = [&](std::int64_t inputs, std::int64_t outputs, std::int64_t rows) {
    layers.push_back({parameter({inputs, outputs}), parameter({outputs}), parameter({outputs}),
                      parameter({inputs, 9}), at::rand({rows, inputs}), at::rand({rows, outputs})});
  };
  for (const auto& [inputs, outputs, halvings] : kBlocks) {
    const std::int64_t side = options.pixels >> halvings;
    add(inputs, outputs, options.batch * side * side);
  }
  add(1024, 1024, options.batch);  // the dense layer
  add(1024, 103, options.batch);   // both heads
  return layers;
}

void backward(const Layer& layer) {
  layer.weight.grad().add_(at::mm(layer.input.t(), layer.output));
  layer.scale.grad().add_(layer.output.sum(0));
  layer.shift.grad().add_(layer.output.sum(0));
  const at::Tensor input = at::mm(layer.output, layer.weight.detach().t());
  layer.depthwise.grad().add_(input.mul_(layer.input).sum(0).unsqueeze(1));
}

struct Form {
  std::string name;
  std::unique_ptr<comm::MpiCommunicator> communicator;
  std::unique_ptr<comm::GradientReducer> reducer;  // empty: computes alone
  std::vector<Layer> layers;
  std::vector<double> seconds;
};

std::vector<Form> make_forms(const comm::MpiSession& session, const Options& options) {
  std::vector<Form> forms;
  const auto add = [&](const std::string& name, comm::Transport transport, const char* overlap) {
    Form& form = forms.emplace_back();
    form.name = name;
    form.communicator = std::make_unique<comm::MpiCommunicator>(session, transport);
    form.layers = make_layers(options);
    std::vector<at::Tensor> parameters;
    for (const Layer& layer : form.layers) {
      for (const at::Tensor& each : {layer.depthwise, layer.weight, layer.scale, layer.shift}) {
        parameters.push_back(each);
        if (overlap == nullptr) each.mutable_grad() = at::zeros_like(each);
      }
    }
    if (overlap == nullptr) return;
    form.reducer = std::make_unique<comm::GradientReducer>(
        *form.communicator, parameters, std::vector<at::Tensor>{},
        comm::CommConfig{.overlap = overlap, .bucket_mb = options.bucket_mb});
  };
  add("no communication", comm::Transport::kSharedMemory, nullptr);
  for (const char* overlap : {"none", "thread", "poll"}) {
    add(std::string("shared memory, ") + overlap, comm::Transport::kSharedMemory, overlap);
  }
  for (const char* overlap : {"none", "thread", "poll"}) {
    add(std::string("messages, ") + overlap, comm::Transport::kMessages, overlap);
  }
  return forms;
}

void begin_step(const Form& form) {
  if (form.reducer) {
    form.reducer->begin_step();
    return;
  }
  for (const Layer& layer : form.layers) {
    for (const at::Tensor& each : {layer.depthwise, layer.weight, layer.scale, layer.shift}) {
      each.grad().zero_();
    }
  }
}

double run_step(Form& form) {
  form.communicator->barrier();
  const auto start = Clock::now();
  begin_step(form);
  for (auto layer = form.layers.rbegin(); layer != form.layers.rend(); ++layer) {
    backward(*layer);
    if (!form.reducer) continue;
    for (const at::Tensor& each : {layer->shift, layer->scale, layer->weight, layer->depthwise}) {
      form.reducer->ready(each);
    }
  }
  if (form.reducer) form.reducer->finish();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

std::vector<Figure> measure_steps(const comm::MpiSession& session, const Options& options) {
  std::vector<Form> forms = make_forms(session, options);
  for (Form& form : forms) run_step(form);
  for (int i = 0; i < options.repeats; ++i) {
    for (Form& form : forms) form.seconds.push_back(run_step(form));
  }
  std::vector<Figure> figures;
  for (Form& form : forms) figures.push_back(summarise(form.name, form.seconds));
  return figures;
}

}  // namespace ag::bench
