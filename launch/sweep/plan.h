// What a sweep is going to run: its points (combinations of values) and its trials (a point with a
// seed), each with the settings and the id that it always has.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "launch/experiment/agtrain_config.h"
#include "launch/sweep/sweep_config.h"

namespace ag::sweep {

struct Trial {
  // Of its run: 12 hex digits of a hash over the resolved configuration and the number of ranks,
  // without what doesn't change what is learnt (names, where files go). So a point that two sweeps
  // of one database have in common is trained once.
  std::string id;
  std::size_t point = 0;                 // from 0
  std::vector<std::string> values;       // of each parameter, as YAML writes them
  std::int64_t seed = 1;                 // of training
  std::vector<std::string> assignments;  // "key=value", for agtrain
  std::int64_t epochs = 0;               // that its configuration asks for
};

struct Plan {
  SweepConfig config;
  std::string base_yaml;      // the base experiment, resolved: what `assignments` are applied to
  std::vector<Trial> trials;  // in the order that they are to be started in
  std::size_t points = 0;
  std::string database;        // absolute path of the tracking database
  std::string working_folder;  // absolute: where relative paths of the experiment begin
  std::int64_t threads = 1;    // of a rank
  bool lower_is_better = true;

  std::vector<std::string> parameters() const;  // the swept keys
};

// Resolves and checks every point. Throws a usage Error that names the file and what is wrong where
// a key isn't known, a value isn't allowed, two points are the same or the runs aren't tracked.
Plan make_plan(const SweepConfig& config);

// The trial's whole experiment: the base with its assignments, as agtrain will read it. Throws a
// usage Error with the sweep's line where one of them isn't right.
launch::AgtrainConfig resolve(const Plan& plan, const Trial& trial);

// "width=0.5 size=64".
std::string title_of(const Plan& plan, const Trial& trial);

}  // namespace ag::sweep
