// Lowers the learning rate when a metric stops improving, on top of whatever the schedule says.
//
// The rules are those of Keras's ReduceLROnPlateau: an observation improves when it beats the best
// by more than `threshold`; after `patience` observations in a row that don't, the factor is
// multiplied in, and `cooldown` observations pass before counting begins again.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string>

#include "framework/optim/plateau_config.h"

namespace ag::optim {

// One thread. Under several ranks rank 0 observes and the factor is broadcast.
class Plateau {
 public:
  explicit Plateau(const PlateauConfig& config);

  // False when the configuration names no metric: then nothing may be observed and the factor
  // stays 1.
  bool on() const { return config_.metric.has_value(); }
  // The metric to observe. Only when on().
  const std::string& metric() const { return *config_.metric; }

  // Takes the metric's value at the end of an epoch, and the learning rate that the schedule gives
  // the next step. True when the factor was lowered just now. A value that isn't finite counts as
  // one that doesn't improve. A learning rate that is at min_lr already isn't lowered further.
  bool observe(double value, double schedule_lr);

  // What the learning rate is multiplied with: 1 at first.
  double factor() const { return state_.factor; }
  // The schedule's learning rate with the factor: never raised, and not lowered below min_lr.
  double apply(double schedule_lr) const;

  // For the checkpoint: text that keeps every bit. restore() throws Error when a key is missing or
  // isn't a number.
  std::map<std::string, std::string> state() const;
  void restore(const std::map<std::string, std::string>& state);

 private:
  struct State {
    double factor = 1;
    double best = std::numeric_limits<double>::quiet_NaN();  // NaN: none yet
    std::int64_t waited = 0;                                 // observations since the best
    std::int64_t cooldown_left = 0;
  };

  bool improves(double value) const;

  PlateauConfig config_;
  bool lower_is_better_ = true;
  State state_;
};

}  // namespace ag::optim
