// An experiment: everything that says how a network is trained, all sections joined.
//
// Each section's struct stands in the room that it configures. Read with config::load, from a file
// like those in experiments/ and from key=value words.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "framework/comm/comm_config.h"
#include "framework/config/visitor.h"
#include "framework/data/augment_config.h"
#include "framework/data/dataset_config.h"
#include "framework/nn/loss.h"
#include "framework/nn/model_config.h"
#include "framework/nn/network.h"
#include "framework/optim/optimizer_config.h"
#include "framework/optim/plateau_config.h"
#include "framework/optim/schedule_config.h"
#include "framework/train/checkpoint_config.h"
#include "framework/train/finetune_config.h"
#include "framework/train/train_config.h"

namespace ag::train {

struct Experiment {
  std::string name;
  std::int64_t seed = 1;
  data::DatasetConfig dataset;
  nn::ModelConfig model;
  nn::LossConfig loss;
  FinetuneConfig finetune;
  data::AugmentConfig augment;
  optim::OptimizerConfig optimizer;
  optim::ScheduleConfig schedule;
  optim::PlateauConfig plateau;
  TrainConfig train;
  CheckpointConfig checkpoint;
  comm::CommConfig comm;

  void visit(config::Visitor& v);
};

// The experiment's network on the CPU, in train.precision, with the fresh weights of its seed.
// Throws what nn::make_network throws.
std::unique_ptr<nn::Network> make_network(const Experiment& experiment);

}  // namespace ag::train
