#include "framework/train/trainer.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <functional>
#include <utility>

#include "framework/core/atomic_file.h"
#include "framework/core/error.h"
#include "framework/core/metric_direction.h"
#include "framework/core/stopwatch.h"
#include "framework/loader/loader.h"
#include "framework/optim/plateau.h"
#include "framework/optim/schedule.h"
#include "framework/train/agreement.h"
#include "framework/train/evaluate.h"
#include "framework/train/finetune.h"
#include "framework/train/guess_baseline.h"
#include "framework/train/model_card.h"
#include "framework/train/optimized_parameters.h"
#include "framework/train/run_identity.h"
#include "framework/train/run_summary.h"
#include "framework/train/stop_signal.h"
#include "framework/train/train_step.h"

namespace ag::train {
namespace {

std::vector<at::Tensor> tensors_of(const std::vector<nn::NamedTensor>& named) {
  std::vector<at::Tensor> tensors;
  tensors.reserve(named.size());
  for (const nn::NamedTensor& item : named) tensors.push_back(item.tensor);
  return tensors;
}

loader::LoaderPlan loader_plan(const Experiment& experiment, const RunPlan& plan,
                               const comm::Communicator& comm, data::Split split) {
  const bool training = split == data::Split::kTrain;
  loader::LoaderPlan loader;
  loader.split = split;
  loader.seed = static_cast<std::uint64_t>(experiment.seed);
  loader.global_batch = training ? plan.global_batch : kEvaluationBatch;
  loader.rank = comm.world().rank;
  loader.ranks = comm.world().size;
  loader.training = training;
  loader.pinned = comm.device().is_cuda();
  return loader;
}

// Without validation pictures a val/ metric would never come, and the learning rate never fall.
void check_plateau(const optim::PlateauConfig& plateau, const data::Dataset& dataset) {
  if (!plateau.metric || !plateau.metric->starts_with("val/") ||
      dataset.size(data::Split::kValidation) > 0)
    return;
  throw usage_error(fmt::format("plateau.metric={}", *plateau.metric),
                    fmt::format("{} has no validation pictures", dataset.folder().string()),
                    "take a train/ metric, or pack the data set with agprep's --val 0.2");
}

// Does `write`, which lays a file there.
void write_into(const RunFolder& folder, const std::function<void()>& write) {
  try {
    write();
  } catch (const Error& cause) {
    const std::vector<std::filesystem::path> saved = folder.step_files();
    throw SaveError(cause, saved.empty() ? std::filesystem::path() : saved.front());
  }
}

}  // namespace

struct Trainer::Machinery {
  Machinery(const Experiment& experiment, const RunPlan& plan, const TrainerParts& parts)
      : network(make_network(experiment)),
        plateau(experiment.plateau),
        train_loader(parts.dataset, experiment.dataset, experiment.augment,
                     loader_plan(experiment, plan, parts.communicator, data::Split::kTrain)) {
    all_or_none(parts.communicator, [&] {
      check_stages(experiment.finetune, network->parameters());
      check_plateau(experiment.plateau, parts.dataset);
    });
    network->to(parts.communicator.device());
    reducer = std::make_unique<comm::GradientReducer>(
        parts.communicator, tensors_of(network->parameters()), tensors_of(network->buffers()),
        experiment.comm);
    reducer->attach_hooks();
    optimizer = std::make_unique<optim::Optimizer>(
        experiment.optimizer,
        optimized_parameters(experiment.finetune, network->parameters(), plan.steps_per_epoch));
    step = std::make_unique<TrainStep>(
        StepOptions{static_cast<std::uint64_t>(experiment.seed), experiment.loss,
                    experiment.train.sync_batchnorm ? &parts.batchnorm_communicator : nullptr},
        parts.communicator, *network, *reducer, *optimizer, parts.watchdog);
    if (parts.dataset.size(data::Split::kValidation) > 0) {
      validation_loader = std::make_unique<loader::Loader>(
          parts.dataset, experiment.dataset, experiment.augment,
          loader_plan(experiment, plan, parts.communicator, data::Split::kValidation));
      guess = guess_baseline(parts.dataset);
    }
  }

  std::unique_ptr<nn::Network> network;
  optim::Plateau plateau;
  loader::Loader train_loader;
  std::unique_ptr<loader::Loader> validation_loader;  // none without validation pictures
  GuessBaseline guess;
  std::unique_ptr<comm::GradientReducer> reducer;
  std::unique_ptr<optim::Optimizer> optimizer;
  std::unique_ptr<TrainStep> step;
};

Trainer::Trainer(const Experiment& experiment, const TrainerParts& parts)
    : experiment_(experiment),
      parts_(parts),
      plan_(plan_run(experiment.train, parts.dataset.size(data::Split::kTrain),
                     parts.communicator.world().size)) {
  assert_same_plan(parts.communicator, plan_);
  at::set_num_threads(static_cast<int>(experiment.train.threads));
  // Batches have one shape, so the fastest convolution is worth looking for once.
  at::globalContext().setBenchmarkCuDNN(parts.communicator.device().is_cuda());
  machinery_ = std::make_unique<Machinery>(experiment_, plan_, parts_);
  state_.identity = run_identity(experiment_, plan_, parts_.dataset);
  state_.crop_margin = parts_.dataset.info().margin;
  state_.run_name = experiment_.name;
}

Trainer::~Trainer() = default;

void Trainer::resume(const Checkpoint& checkpoint) {
  const TrainingState& saved = checkpoint.state();
  require_same_run(checkpoint.path(), saved.identity, state_.identity, parts_.dataset.folder());
  checkpoint.restore(*machinery_->network);
  checkpoint.restore(*machinery_->optimizer);
  machinery_->plateau.restore(saved.plateau);
  TrainingState state = saved;
  state.identity = std::move(state_.identity);
  state.crop_margin = state_.crop_margin;
  state_ = std::move(state);
}

void Trainer::load_weights() {
  if (!is_resumed()) initial_ = load_initial_weights(*machinery_->network, parts_.communicator);
}

void Trainer::start(RunStart about) {
  all_or_none(parts_.communicator, [&] {
    if (!is_first_rank()) return;
    prepare_for_runs(experiment_.checkpoint.directory);
    about.parameters.insert(about.parameters.end(), initial_.parameters.begin(),
                            initial_.parameters.end());
    about.ranks = parts_.communicator.world().size;
    about.total_epochs = plan_.epochs;
    about.steps_per_epoch = plan_.steps_per_epoch;
    about.dataset_hash = parts_.dataset.info().content_hash;
    if (is_resumed()) about.resumed_run = state_.run_id;
    about.resumed_step = state_.cursor.steps;
    state_.run_id = parts_.logger.start(about);
  });
  state_.run_id = comm::broadcast_text(parts_.communicator, state_.run_id, 0);
  state_.config_yaml = about.config_yaml;
  folder_ = std::make_unique<RunFolder>(experiment_.checkpoint.directory, state_.run_id);
  for (const std::string& line : run_summary(experiment_, plan_, state_.run_id, parts_.communicator,
                                             parts_.dataset, machinery_->network->summary())) {
    parts_.console.line(line);
  }
  for (const std::string& line : initial_.lines) parts_.console.line(line);
  if (state_.cursor.steps > 0) {
    parts_.console.line(
        fmt::format("goes on after step {} of {}", state_.cursor.steps, plan_.last_step));
  }
}

bool Trainer::at_end() const {
  // A signal may have come behind an epoch's last step: its validation and metrics are left then.
  const bool epoch_is_open = state_.cursor.step_in_epoch == plan_.steps_per_epoch;
  return !epoch_is_open &&
         (state_.cursor.epoch >= plan_.epochs || state_.cursor.steps >= plan_.last_step);
}

Outcome Trainer::run(RunStart about) {
  start(std::move(about));
  bool going = true;
  while (going && !at_end()) going = train_epoch();
  parts_.console.end_live_line();
  return {state_.run_id, going ? RunStatus::kFinished : RunStatus::kStopped, state_.cursor.steps,
          newest_};
}

void Trainer::freeze_for_epoch() {
  const std::int64_t stages = frozen_stages_at(experiment_.finetune, state_.cursor.epoch);
  if (stages == machinery_->step->frozen_stages()) return;
  machinery_->step->freeze(stages);
  parts_.console.line(fmt::format("epoch {}: {}", state_.cursor.epoch + 1, frozen_text(stages)));
}

bool Trainer::train_epoch() {
  Cursor& cursor = state_.cursor;
  meter_ = EpochMeter();
  freeze_for_epoch();
  machinery_->train_loader.start(static_cast<std::uint32_t>(cursor.epoch), cursor.step_in_epoch);
  while (cursor.step_in_epoch < plan_.steps_per_epoch && cursor.steps < plan_.last_step) {
    const bool stop = take_step(meter_);
    const std::int64_t every = experiment_.checkpoint.every_steps;
    const bool due = every > 0 && cursor.steps % every == 0;
    if (stop || due) save(folder_->step_file(cursor.steps), "last");
    if (stop) return false;
  }
  return finish_epoch();
}

optim::Hyper Trainer::scheduled() const {
  return optim::schedule_at(experiment_.schedule, experiment_.optimizer, state_.cursor.steps,
                            plan_.steps_per_epoch, plan_.scheduled_steps());
}

bool Trainer::take_step(EpochMeter& meter) {
  Cursor& cursor = state_.cursor;
  const Stopwatch watch;
  const std::int64_t number = cursor.steps + 1;
  optim::Hyper hyper = scheduled();
  hyper.lr = machinery_->plateau.apply(hyper.lr);

  parts_.watchdog.enter(Phase::kData, number);
  const double waited_before = machinery_->train_loader.waited_seconds();
  const loader::Batch& batch = machinery_->train_loader.next();
  const double data_wait = machinery_->train_loader.waited_seconds() - waited_before;
  const StepResult result = machinery_->step->run(batch, hyper, number);

  state_.epoch_sums += result.sums;
  ++cursor.step_in_epoch;
  ++cursor.steps;
  meter.add_step(batch.global_real, data_wait, result.comm_wait_seconds);
  StepRow row;
  row.step = cursor.steps;
  row.epoch = cursor.epoch + 1;
  row.loss = result.sums[nn::MetricSums::kLoss] / static_cast<double>(batch.global_real);
  row.lr = hyper.lr;
  row.seconds = watch.seconds();
  row.data_wait_seconds = data_wait;
  row.comm_wait_seconds = result.comm_wait_seconds;
  if (is_first_rank()) report_step(row, meter);
  return result.stop_requested;
}

void Trainer::report_step(const StepRow& row, const EpochMeter& meter) {
  parts_.logger.step(row);
  const double speed = meter.images_per_second();
  const auto pictures_left = static_cast<double>((plan_.last_step - row.step) * plan_.global_batch);
  StepView view;
  view.epoch = row.epoch;
  view.epochs = plan_.epochs;
  view.step = state_.cursor.step_in_epoch;
  view.steps = plan_.steps_per_epoch;
  view.loss = state_.epoch_sums[nn::MetricSums::kLoss] / state_.epoch_sums[nn::MetricSums::kCount];
  view.lr = row.lr;
  view.images_per_second = speed;
  view.data_wait_share = meter.data_wait_share();
  view.comm_wait_share = meter.comm_wait_share();
  view.run_seconds_left = pictures_left / speed;
  parts_.console.step(view);
}

bool Trainer::finish_epoch() {
  const Cursor& cursor = state_.cursor;
  // Where train.steps ends the run within an epoch, its metrics are told and no more: going on from
  // here must find the state as it would be had nobody stopped.
  const bool whole = cursor.step_in_epoch == plan_.steps_per_epoch;
  if (!whole) save(folder_->step_file(cursor.steps), "last");
  EpochMetrics metrics{cursor.epoch + 1, cursor.steps, {}};
  metrics.add(training_metrics(state_.epoch_sums, meter_));

  const bool last = cursor.epoch + 1 >= plan_.epochs || cursor.steps >= plan_.last_step;
  const bool due = last || (cursor.epoch + 1) % experiment_.train.validate_every == 0;
  if (due && machinery_->validation_loader != nullptr) {
    const Stopwatch watch;
    const std::optional<Evaluation> found =
        evaluate(*machinery_->network, *machinery_->validation_loader, experiment_.loss,
                 parts_.communicator, [this](std::int64_t done, std::int64_t total) {
                   parts_.watchdog.enter(Phase::kValidation, state_.cursor.steps);
                   parts_.console.validation(state_.cursor.epoch + 1, plan_.epochs, done, total);
                   return stop_signal() != 0;
                 });
    if (!found) {
      save(folder_->step_file(cursor.steps), "last");
      return false;
    }
    metrics.add(validation_metrics(found->sums, watch.seconds(), machinery_->guess));
    state_.model_card =
        model_card({experiment_, parts_.dataset.info(), machinery_->network->summary(), metrics,
                    found->groups, state_.run_id});
  }
  publish(metrics);
  if (whole) advance_epoch(metrics);
  return true;
}

void Trainer::publish(const EpochMetrics& metrics) {
  if (is_first_rank()) parts_.logger.metrics(metrics.rows);
  parts_.console.line(epoch_line(metrics, plan_.epochs, meter_));
}

void Trainer::advance_epoch(const EpochMetrics& metrics) {
  optim::Plateau& plateau = machinery_->plateau;
  const std::optional<double> watched =
      plateau.on() ? metrics.find(plateau.metric()) : std::nullopt;
  if (watched) {
    const optim::Hyper next = scheduled();
    if (plateau.observe(*watched, next.lr)) {
      parts_.console.line(fmt::format("{} has not improved: learning rate now {:.2e}",
                                      plateau.metric(), plateau.apply(next.lr)));
    }
  }
  const std::string& best_metric = experiment_.checkpoint.best;
  const std::optional<double> value = metrics.find(best_metric);
  const bool best = value && (!state_.best || is_better(best_metric, *value, *state_.best));
  if (best) state_.best = value;

  ++state_.cursor.epoch;
  state_.cursor.step_in_epoch = 0;
  state_.epoch_sums = {};
  if (at_end() || state_.cursor.epoch % experiment_.checkpoint.every_epochs == 0) {
    save(folder_->step_file(state_.cursor.steps), "last");
  }
  if (best) save_best();
}

void Trainer::save_best() {
  save(folder_->best_file(), "best");
  if (!is_first_rank()) return;
  write_into(*folder_,
             [this] { write_file_atomically(folder_->card_of_best(), state_.model_card); });
}

void Trainer::save(const std::filesystem::path& path, const std::string& kind) {
  parts_.watchdog.enter(Phase::kCheckpoint, state_.cursor.steps);
  if (kind == "last") newest_ = path;
  if (!is_first_rank()) return;
  state_.plateau = machinery_->plateau.state();
  state_.finished = at_end();
  parts_.logger.settle();
  write_into(*folder_, [this, &path] {
    save_checkpoint(path, state_, *machinery_->network, *machinery_->optimizer);
  });
  parts_.logger.checkpoint(path, state_.cursor.steps, kind);
  folder_->prune(experiment_.checkpoint.keep_last);
}

}  // namespace ag::train
