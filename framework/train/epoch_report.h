// What an epoch's numbers say: timings while it runs, its metrics by name, and its line for people.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "framework/core/run_logger.h"
#include "framework/core/stopwatch.h"
#include "framework/nn/loss.h"
#include "framework/train/guess_baseline.h"

namespace ag::train {

// Times of the part of an epoch that this process trained. One thread.
class EpochMeter {
 public:
  void add_step(std::int64_t pictures, double data_wait_seconds, double comm_wait_seconds);

  double seconds() const;
  double images_per_second() const;  // over all ranks
  double data_wait_share() const;    // of the time
  double comm_wait_share() const;

 private:
  double share(double seconds) const;

  Stopwatch watch_;
  std::int64_t pictures_ = 0;
  double data_wait_seconds_ = 0;
  double comm_wait_seconds_ = 0;
};

using NamedValues = std::vector<std::pair<std::string, double>>;

// Of an epoch's steps: the means of `sums` as "train/…", and how fast it went and what that took.
NamedValues training_metrics(const nn::MetricSums& sums, const EpochMeter& meter);
// Of its validation, which took `seconds`: the means of `sums` as "val/…", and what guessing
// reaches.
NamedValues validation_metrics(const nn::MetricSums& sums, double seconds,
                               const GuessBaseline& guess);
// The names of both: all that an epoch with a validation has.
std::vector<std::string> epoch_metric_names();

struct EpochMetrics {
  std::int64_t epoch = 0;  // from 1
  std::int64_t step = 0;   // steps of the run that were done
  std::vector<MetricRow> rows;

  void add(const std::string& name, double value);
  void add(const NamedValues& values);
  std::optional<double> find(const std::string& name) const;
};

// "epoch  3/70  train loss 4.310  age ±8.20 y  gender 78.1% | val … | 386 img/s 0:12"
std::string epoch_line(const EpochMetrics& metrics, std::int64_t epochs, const EpochMeter& meter);

}  // namespace ag::train
