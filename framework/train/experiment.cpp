#include "framework/train/experiment.h"

#include "framework/nn/age_output.h"
#include "framework/train/epoch_report.h"
#include "framework/train/precision.h"

namespace ag::train {

void Experiment::visit(config::Visitor& v) {
  v.field("name", name, config::any(),
          "what runs of this experiment are called; empty: the file's name");
  v.field("seed", seed, config::at_least(0), "what every draw of the run depends on");
  v.section("dataset", dataset,
            "the pictures: what agprep wrote, and the size that the network sees");
  v.section("model", model, "the network");
  v.section("loss", loss, "what is minimised: the sum of both heads' losses, weighted");
  v.section(
      "finetune", finetune,
      "how a trunk that has learnt already (model.weights) is adapted: what stands still, and "
      "for how long");
  v.section("augment", augment, "how training pictures are changed, anew in every epoch");
  v.section("optimizer", optimizer, "how a gradient changes the weights");
  v.section("schedule", schedule, "the learning rate over the steps of a run");
  v.section(
      "plateau", plateau,
      "reduces the learning rate when a metric no longer improves; multiplies with the schedule");
  v.section("train", train, "how long, and in what portions");
  v.section("checkpoint", checkpoint, "when and where the state of training is saved");
  v.section("comm", comm, "how ranks exchange gradients");
  v.require(schedule.min_lr <= optimizer.lr, "schedule.min_lr", "must not be above optimizer.lr");
  v.require(!plateau.metric || plateau.min_lr <= optimizer.lr, "plateau.min_lr",
            "must not be above optimizer.lr");
  // A metric that no epoch has would never be watched, and the learning rate never fall.
  if (plateau.metric) v.require_one_of(epoch_metric_names(), "plateau.metric", *plateau.metric);
}

std::unique_ptr<nn::Network> make_network(const Experiment& experiment) {
  return nn::make_network(experiment.model, static_cast<int>(experiment.dataset.size),
                          type_of(experiment.train.precision),
                          static_cast<std::uint64_t>(experiment.seed),
                          nn::age_output(experiment.loss));
}

}  // namespace ag::train
