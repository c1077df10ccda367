#include "launch/agtrain/training_job.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <memory>
#include <utility>

#include "framework/comm/communicator.h"
#include "framework/comm/idle_gpus.h"
#include "framework/config/config_reader.h"
#include "framework/config/describe.h"
#include "framework/core/version.h"
#include "framework/train/agreement.h"
#include "framework/train/precision.h"
#include "framework/train/resume.h"
#include "framework/train/run_summary.h"
#include "framework/train/trainer.h"
#include "launch/experiment/agtrain_config.h"
#include "tracking/make_run_logger.h"
#include "tracking/null_run_logger.h"

namespace ag::launch {
namespace {

// Rank 0 reads the file and the words; all others get the result, so that no two ranks can differ.
AgtrainConfig agree_on_config(const AgtrainOptions& options, comm::Communicator& communicator) {
  AgtrainConfig config;
  const bool first = communicator.world().rank == 0;
  train::all_or_none(communicator, [&] {
    if (!first) return;
    config = load_experiment(options.experiment, options.assignments);
  });
  const std::string yaml =
      comm::broadcast_text(communicator, first ? config::to_yaml(config::visit_of(config)) : "", 0);
  if (!first) {
    config::ConfigReader(config::visit_of(config)).read_text(yaml, "rank 0's configuration");
  }
  return config;
}

RunStart about(const AgtrainConfig& config, const std::optional<std::string>& run_id) {
  AgtrainConfig copy = config;
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  RunStart start;
  start.name = config.experiment.name;
  start.experiment = config.tracking.experiment;
  start.config_yaml = config::to_yaml(config::visit_of(copy));
  start.parameters = config::flatten(config::visit_of(copy));
  start.host = host.data();
  start.program_version = kVersion;
  start.resumed_run = run_id;
  return start;
}

using Warning = std::function<void(const std::string&)>;

// The checkpoint that --resume or --run means; none where a new run is to begin.
std::optional<train::Checkpoint> checkpoint_to_go_on_with(const AgtrainOptions& options,
                                                          const train::Experiment& experiment,
                                                          const Warning& warn) {
  if (options.resume) return train::find_checkpoint(*options.resume, experiment, warn);
  if (options.run) return train::newest_checkpoint(*options.run, experiment, warn);
  return std::nullopt;
}

// That of the checkpoint to go on with. Faults of it are told when it is read for that.
std::optional<std::string> precision_to_go_on_with(const AgtrainOptions& options,
                                                   const train::Experiment& experiment) {
  try {
    const auto checkpoint =
        checkpoint_to_go_on_with(options, experiment, [](const std::string&) {});
    if (checkpoint) return checkpoint->state().identity.at("train.precision");
  } catch (const std::exception&) {
  }
  return std::nullopt;
}

void go_on(const AgtrainOptions& options, const AgtrainConfig& config,
           comm::Communicator& communicator, train::Console& console, train::Trainer& trainer) {
  std::optional<train::Checkpoint> checkpoint;
  train::all_or_none(communicator, [&] {
    checkpoint = checkpoint_to_go_on_with(
        options, config.experiment,
        [&console](const std::string& text) { console.line("warning: " + text); });
    if (checkpoint) trainer.resume(*checkpoint);
  });
  if (!checkpoint && options.resume)
    console.line("--resume auto: no unfinished run of this name, so a new one begins");
}

std::string closing_lines(const train::Outcome& outcome, bool goes_on_by_itself) {
  if (outcome.status == RunStatus::kStopped) {
    return fmt::format(
        "stopped on request after step {}; saved {}\n  go on with the same command{}",
        outcome.steps, outcome.checkpoint.string(),
        goes_on_by_itself ? "" : " and --resume " + outcome.run_id);
  }
  return fmt::format("done  agtrack show {}   agtrack plot {}   checkpoint {}", outcome.run_id,
                     outcome.run_id, outcome.checkpoint.string());
}

// Trains. Where a checkpoint couldn't be saved, the way on is from the one before it: the same
// command alone would begin a new run, unless that has its id.
train::Outcome train_to_the_end(train::Trainer& trainer, RunStart start, bool goes_on_by_itself) {
  try {
    return trainer.run(std::move(start));
  } catch (const train::SaveError& error) {
    if (goes_on_by_itself || error.last_saved().empty()) throw;
    throw Error(
        "", error.what(),
        fmt::format("the same command with --resume {} then goes on", error.last_saved().string()));
  }
}

// Trains, and tells the tracking how it ended, a failure that rank 0 learns of included. Where
// another rank fails alone, rank 0 is ended with it: the row stays as it was and shows as lost.
train::Outcome train_and_track(train::Trainer& trainer, const AgtrainConfig& config,
                               const std::optional<std::string>& run_id, RunLogger& logger,
                               bool first) {
  try {
    train::Outcome outcome = train_to_the_end(trainer, about(config, run_id), run_id.has_value());
    if (first) logger.finish(outcome.status, "");
    return outcome;
  } catch (const std::exception& error) {
    if (first) logger.finish(RunStatus::kFailed, error.what());
    throw;
  }
}

}  // namespace

ExitCode run_training_job(const AgtrainOptions& options, comm::MpiSession& session,
                          train::Watchdog& watchdog) {
  // The configuration is agreed on over plain MPI; its own communicator may then be another one.
  const std::unique_ptr<comm::Communicator> bootstrap =
      comm::make_communicator({.backend = "mpi"}, session);
  AgtrainConfig config = agree_on_config(options, *bootstrap);
  train::Experiment& experiment = config.experiment;
  watchdog.set_limit(experiment.train.hang_timeout_seconds);
  const std::unique_ptr<comm::Communicator> communicator =
      comm::make_communicator(experiment.comm, session);
  const std::unique_ptr<comm::Communicator> batchnorm_communicator =
      comm::make_communicator(experiment.comm, session);
  const bool first = communicator->world().rank == 0;
  train::Console console(first);
  experiment.train.precision = train::agree_on_precision(
      experiment.train.precision, [&] { return precision_to_go_on_with(options, experiment); },
      *communicator);
  for (const std::string& note : {train::precision_note(experiment.train.precision),
                                  train::oversubscription_note(communicator->world()),
                                  comm::idle_gpus_note(experiment.comm, communicator->device())}) {
    if (!note.empty()) console.line(note);
  }

  std::optional<data::Dataset> dataset;
  std::unique_ptr<RunLogger> logger;
  std::unique_ptr<train::Trainer> trainer;
  train::all_or_none(*communicator, [&] {
    dataset = data::Dataset::open(experiment.dataset.path);
    logger = first ? tracking::make_run_logger(config.tracking)
                   : std::make_unique<tracking::NullRunLogger>();
  });
  trainer = std::make_unique<train::Trainer>(
      experiment, train::TrainerParts{*communicator, *batchnorm_communicator, *dataset, *logger,
                                      console, watchdog});
  go_on(options, config, *communicator, console, *trainer);
  trainer->load_weights();

  const train::Outcome outcome = train_and_track(*trainer, config, options.run, *logger, first);
  console.line(closing_lines(outcome, options.run.has_value()));
  communicator->barrier();
  return outcome.status == RunStatus::kStopped ? ExitCode::kStopped : ExitCode::kDone;
}

}  // namespace ag::launch
