#include <ATen/ATen.h>

#include <chrono>
#include <memory>
#include <numeric>
#include <optional>

#include "framework/comm/gradient_reducer.h"
#include "framework/comm/mpi_communicator.h"
#include "framework/kernels/gradient_places.h"
#include "framework/nn/loss.h"
#include "framework/nn/network.h"
#include "tests/bench/comm/bench.h"

namespace ag::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Form {
  std::string name;
  std::unique_ptr<comm::MpiCommunicator> communicator;
  std::unique_ptr<nn::Network> network;
  std::unique_ptr<comm::GradientReducer> reducer;  // empty: the same step without communication
  std::vector<double> seconds;
};

std::vector<at::Tensor> tensors_of(const std::vector<nn::NamedTensor>& named) {
  std::vector<at::Tensor> tensors;
  for (const nn::NamedTensor& each : named) tensors.push_back(each.tensor);
  return tensors;
}

class Step {
 public:
  Step(const Options& options, int ranks)
      : pictures_(at::rand({options.batch, 3, options.pixels, options.pixels})
                      .contiguous(at::MemoryFormat::ChannelsLast)),
        age_(at::full({options.batch}, 30, at::kLong)),
        gender_(at::zeros({options.batch}, at::kLong)),
        samples_(static_cast<std::size_t>(options.batch)),
        ranks_(ranks) {
    std::iota(samples_.begin(), samples_.end(), 0U);
  }

  double run(Form& form) const {
    form.communicator->barrier();
    const auto start = Clock::now();
    std::optional<kernels::GradientPlaces> places;
    if (form.reducer) {
      form.reducer->begin_step();
      places.emplace(form.reducer->parameters(), form.reducer->places());
    } else {
      for (const nn::NamedTensor& each : form.network->parameters())
        each.tensor.mutable_grad().reset();
    }
    const std::int64_t real = pictures_.size(0);
    const nn::Prediction prediction =
        form.network->forward(pictures_, {.training = true, .real = real, .samples = samples_});
    nn::compute_loss(prediction, age_, gender_, real, real * ranks_, {}).loss.backward();
    if (form.reducer) {
      form.reducer->finish();
    } else {
      form.communicator->barrier();  // a step lasts as long as its slowest rank in any case
    }
    return std::chrono::duration<double>(Clock::now() - start).count();
  }

 private:
  at::Tensor pictures_;  // [batch, 3, pixels, pixels]
  at::Tensor age_;
  at::Tensor gender_;
  std::vector<std::uint32_t> samples_;
  int ranks_;
};

std::vector<Form> make_forms(const comm::MpiSession& session, const Options& options) {
  std::vector<Form> forms;
  const auto add = [&](const std::string& name, comm::Transport transport) -> Form& {
    Form& form = forms.emplace_back();
    form.name = name;
    form.communicator = std::make_unique<comm::MpiCommunicator>(session, transport);
    form.network = nn::make_network({}, options.pixels, at::kFloat, /*seed=*/1);
    return form;
  };
  add("no communication", comm::Transport::kSharedMemory);
  for (const bool shared : {true, false}) {
    for (const char* overlap : {"none", "thread", "poll"}) {
      const std::string name = std::string(shared ? "shared memory, " : "messages, ") + overlap;
      Form& form = add(name, shared ? comm::Transport::kSharedMemory : comm::Transport::kMessages);
      form.reducer = std::make_unique<comm::GradientReducer>(
          *form.communicator, tensors_of(form.network->parameters()),
          tensors_of(form.network->buffers()),
          comm::CommConfig{.overlap = overlap, .bucket_mb = options.bucket_mb});
      form.reducer->attach_hooks();
    }
  }
  return forms;
}

}  // namespace

std::vector<Figure> measure_steps(const comm::MpiSession& session, const Options& options) {
  std::vector<Form> forms = make_forms(session, options);
  const Step step(options, session.world().size);
  for (Form& form : forms) step.run(form);
  for (int i = 0; i < options.repeats; ++i) {
    for (Form& form : forms) form.seconds.push_back(step.run(form));
  }
  std::vector<Figure> figures;
  for (Form& form : forms) figures.push_back(summarise(form.name, form.seconds));
  return figures;
}

}  // namespace ag::bench
