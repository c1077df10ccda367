// A model card: one page of Markdown that says what a network was trained on, how well it does for
// whom, and what it must not be used for.
//
// After Mitchell et al., "Model Cards for Model Reporting", FAT* 2019.
#pragma once

#include <cstdint>
#include <string>

#include "framework/data/dataset.h"
#include "framework/nn/group_metrics.h"
#include "framework/nn/summary.h"
#include "framework/train/epoch_report.h"
#include "framework/train/experiment.h"

namespace ag::train {

struct ModelCardFacts {
  const Experiment& experiment;
  const data::DatasetInfo& dataset;
  nn::Summary model;
  const EpochMetrics& metrics;  // of the epoch in which the validation pictures were looked at
  const nn::GroupSums& groups;  // of those pictures
  std::string run_id;
};

std::string model_card(const ModelCardFacts& facts);

}  // namespace ag::train
