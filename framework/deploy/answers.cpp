#include "framework/deploy/answers.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <utility>

#include "framework/core/error.h"
#include "framework/core/stopwatch.h"
#include "framework/deploy/fold.h"

namespace ag::deploy {
namespace {

constexpr int kWarmUps = 5;
constexpr int kFewestRuns = 20;
constexpr double kLongestSeconds = 3;

std::size_t place_of(const nn::Graph& graph, const std::string& name) {
  const auto found =
      std::find_if(graph.outputs.begin(), graph.outputs.end(),
                   [&name](const nn::GraphOutput& output) { return output.name == name; });
  if (found == graph.outputs.end()) throw Error("graph", "has no output '" + name + "'");
  return static_cast<std::size_t>(found - graph.outputs.begin());
}

// One thread while it lives.
class OneThread {
 public:
  OneThread() : before_(at::get_num_threads()) { at::set_num_threads(1); }
  ~OneThread() { at::set_num_threads(before_); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int before_;
};

// What nn::expected_age reads of the age head's outputs.
void trace_age(nn::GraphBuilder& builder, nn::ValueId outputs, at::ScalarType type) {
  const std::int64_t columns = builder.shape(outputs).channels;
  nn::ValueId years = outputs;
  if (columns == nn::kAges) {
    const nn::ValueId shares = builder.add("age.softmax", nn::op::Softmax{}, {outputs});
    const at::Tensor ages = at::arange(nn::kAges, type).view({1, -1});
    builder.output(kAgeProbabilities, shares);
    years = builder.add("age.expectation", nn::op::Combine{ages, {}}, {shares});
  } else if (columns == nn::kAges - 1) {
    const nn::ValueId older = builder.add("age.sigmoid", nn::op::Sigmoid{}, {outputs});
    builder.output(kAgeOlder, older);
    years = builder.add("age.sum", nn::op::Combine{at::ones({1, columns}, type), {}}, {older});
  }
  builder.output(kAgeYears, builder.add("age.years", nn::op::Squeeze{}, {years}));
}

}  // namespace

nn::Graph answering_graph(const nn::Network& network) {
  nn::GraphBuilder builder({3, network.input_size(), network.input_size()});
  const auto [age, gender] = network.trace(builder);
  trace_age(builder, age, network.parameters().front().tensor.scalar_type());
  builder.output(kGenderProbabilities, builder.add("gender.softmax", nn::op::Softmax{}, {gender}));
  return fold_batch_norm(builder.graph());
}

Accuracy measure_accuracy(const Answerer& answer, const nn::Graph& graph, loader::Loader& loader,
                          const Watcher& watcher) {
  const c10::NoGradGuard no_grad;
  const std::size_t years = place_of(graph, kAgeYears);
  const std::size_t genders = place_of(graph, kGenderProbabilities);
  double error = 0;
  double right = 0;
  Accuracy accuracy;
  loader.start(0);
  for (std::int64_t step = 0; step < loader.plan().steps(); ++step) {
    const loader::Batch& batch = loader.next();
    const std::vector<at::Tensor> answers = answer(batch.pictures);
    const auto real = [&batch](const at::Tensor& rows) { return rows.narrow(0, 0, batch.real); };
    error += (real(answers[years]).to(at::kDouble) - real(batch.age)).abs().sum().item<double>();
    right += (real(answers[genders]).argmax(1) == real(batch.gender)).sum().item<double>();
    accuracy.pictures += batch.real;
    watcher(step + 1, loader.plan().steps());
  }
  accuracy.age_mae = error / static_cast<double>(accuracy.pictures);
  accuracy.gender_accuracy = right / static_cast<double>(accuracy.pictures);
  return accuracy;
}

double median_milliseconds(const std::function<void()>& work) {
  const OneThread one_thread;
  for (int i = 0; i < kWarmUps; ++i) work();
  std::vector<double> times;
  const Stopwatch all;
  while (times.size() < kFewestRuns || all.seconds() < kLongestSeconds) {
    const Stopwatch one;
    work();
    times.push_back(one.seconds() * 1e3);
  }
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  return *middle;
}

}  // namespace ag::deploy
