#include "framework/optim/plateau.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "framework/core/error.h"
#include "framework/core/metric_direction.h"
#include "framework/core/text.h"

namespace ag::optim {
namespace {

template <class Number>
Number number_at(const std::map<std::string, std::string>& state, const std::string& key) {
  const auto entry = state.find(key);
  if (entry == state.end()) throw Error("plateau", "the saved state lacks '" + key + "'");
  const std::string& text = entry->second;
  if (const std::optional<Number> number = number_of<Number>(text)) return *number;
  throw Error("plateau", fmt::format("the saved state's '{}' is '{}', not a number", key, text));
}

}  // namespace

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
