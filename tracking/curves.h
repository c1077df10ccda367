// What runs logged, as a chart of curves.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tracking/query.h"
#include "tracking/report/chart.h"

namespace ag::tracking {

enum class XAxis { kEpoch, kStep, kMinutes };

struct CurveOptions {
  XAxis axis = XAxis::kEpoch;
  // Metrics of every step are drawn as means over so many; 0: as many as leave a hundred points.
  std::int64_t smooth_steps = 0;
};

// The losses of training and validation, and what validation measures.
std::vector<std::string> usual_curves();

// True for "step/loss", "step/lr", …: what is logged of every step.
bool is_step_metric(const std::string& metric);

// A panel for each metric that a run has points of; "train/loss" and "val/loss" share one, where
// the first is dashed. A metric's guess is drawn as a level where the runs agree in it.
report::Chart curves(SQLite::Database& database, const std::vector<Run>& runs,
                     const std::vector<std::string>& metrics, const CurveOptions& options);

}  // namespace ag::tracking
