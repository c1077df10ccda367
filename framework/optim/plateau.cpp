#include "framework/optim/plateau.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

#include "framework/core/error.h"
#include "framework/core/metric_direction.h"

namespace ag::optim {
namespace {

template <class Number>
Number number_at(const std::map<std::string, std::string>& state, const std::string& key) {
  const auto entry = state.find(key);
  if (entry == state.end()) throw Error("plateau", "the saved state lacks '" + key + "'");
  const std::string& text = entry->second;
  Number number{};
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size()) {
    throw Error("plateau", fmt::format("the saved state's '{}' is '{}', not a number", key, text));
  }
  return number;
}

}  // namespace

void PlateauConfig::visit(config::Visitor& v) {
  v.field("metric", metric, config::any(),
          "metric that must improve, as val/loss or val/gender_accuracy; null: off");
  v.field("factor", factor, config::between_open(0, 1),
          "what the learning rate is multiplied with when it doesn't");
  v.field("patience", patience, config::at_least(1), "epochs without improvement before that");
  v.field("threshold", threshold, config::at_least(0),
          "smallest change that counts as an improvement, in the metric's unit");
  v.field("cooldown", cooldown, config::at_least(0),
          "epochs after a reduction in which nothing is counted");
  v.field("min_lr", min_lr, config::at_least(0), "learning rate that isn't reduced any further");
}

Plateau::Plateau(const PlateauConfig& config)
    : config_(config), lower_is_better_(config.metric && lower_is_better(*config.metric)) {}

bool Plateau::improves(double value) const {
  if (!std::isfinite(value)) return false;
  if (std::isnan(state_.best)) return true;
  return lower_is_better_ ? value < state_.best - config_.threshold
                          : value > state_.best + config_.threshold;
}

bool Plateau::observe(double value, double schedule_lr) {
  if (state_.cooldown_left > 0) {
    --state_.cooldown_left;
    state_.waited = 0;
  }
  if (improves(value)) {
    state_.best = value;
    state_.waited = 0;
    return false;
  }
  if (state_.cooldown_left > 0) return false;
  ++state_.waited;
  if (state_.waited < config_.patience || apply(schedule_lr) <= config_.min_lr) return false;
  state_.factor *= config_.factor;
  state_.cooldown_left = config_.cooldown;
  state_.waited = 0;
  return true;
}

double Plateau::apply(double schedule_lr) const {
  return std::max(schedule_lr * state_.factor, std::min(schedule_lr, config_.min_lr));
}

std::map<std::string, std::string> Plateau::state() const {
  // {} prints the shortest text that reads back as the same double.
  return {{"factor", fmt::format("{}", state_.factor)},
          {"best", fmt::format("{}", state_.best)},
          {"waited", fmt::format("{}", state_.waited)},
          {"cooldown_left", fmt::format("{}", state_.cooldown_left)}};
}

void Plateau::restore(const std::map<std::string, std::string>& state) {
  State restored;
  restored.factor = number_at<double>(state, "factor");
  restored.best = number_at<double>(state, "best");
  restored.waited = number_at<std::int64_t>(state, "waited");
  restored.cooldown_left = number_at<std::int64_t>(state, "cooldown_left");
  state_ = restored;
}

}  // namespace ag::optim
