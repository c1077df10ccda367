#include "framework/train/epoch_report.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cmath>

#include "framework/core/text.h"

namespace ag::train {
namespace {

std::string part(const EpochMetrics& metrics, const std::string& prefix) {
  const auto value = [&](const char* name) {
    return metrics.find(prefix + name).value_or(std::nan(""));
  };
  return fmt::format("{} loss {:.3f}  age ±{:.2f} y  gender {:.1f}%",
                     prefix.substr(0, prefix.size() - 1), value("loss"), value("age_mae"),
                     100 * value("gender_accuracy"));
}

// The most memory that this process has had, bytes.
double peak_memory_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  constexpr double kKibibyte = 1024;  // Linux counts in these
  return static_cast<double>(usage.ru_maxrss) * kKibibyte;
}

}  // namespace

void EpochMeter::add_step(std::int64_t pictures, double data_wait_seconds,
                          double comm_wait_seconds) {
  pictures_ += pictures;
  data_wait_seconds_ += data_wait_seconds;
  comm_wait_seconds_ += comm_wait_seconds;
}

double EpochMeter::seconds() const {
  return watch_.seconds();
}
double EpochMeter::share(double part_seconds) const {
  return part_seconds / std::max(seconds(), 1e-9);
}
double EpochMeter::images_per_second() const {
  return share(static_cast<double>(pictures_));
}
double EpochMeter::data_wait_share() const {
  return share(data_wait_seconds_);
}
double EpochMeter::comm_wait_share() const {
  return share(comm_wait_seconds_);
}

NamedValues training_metrics(const nn::MetricSums& sums, const EpochMeter& meter) {
  NamedValues values = nn::named_metrics(sums, "train");
  values.emplace_back("train/images_per_second", meter.images_per_second());
  values.emplace_back("system/data_wait_share", meter.data_wait_share());
  values.emplace_back("system/comm_wait_share", meter.comm_wait_share());
  values.emplace_back("system/peak_memory_bytes", peak_memory_bytes());
  return values;
}

NamedValues validation_metrics(const nn::MetricSums& sums, double seconds,
                               const GuessBaseline& guess) {
  NamedValues values = nn::named_metrics(sums, "val");
  values.emplace_back("val/images_per_second", sums[nn::MetricSums::kCount] / seconds);
  values.emplace_back("val/guess_age_mae", guess.age_mae);
  values.emplace_back("val/guess_gender_accuracy", guess.gender_accuracy);
  return values;
}

std::vector<std::string> epoch_metric_names() {
  std::vector<std::string> names;
  for (const NamedValues& values : {training_metrics({}, {}), validation_metrics({}, 1, {})}) {
    for (const auto& [name, value] : values) names.push_back(name);
  }
  return names;
}

void EpochMetrics::add(const std::string& name, double value) {
  rows.push_back({epoch, step, name, value});
}

void EpochMetrics::add(const NamedValues& values) {
  for (const auto& [name, value] : values) add(name, value);
}

std::optional<double> EpochMetrics::find(const std::string& name) const {
  const auto row =
      std::find_if(rows.begin(), rows.end(), [&](const MetricRow& r) { return r.name == name; });
  return row == rows.end() ? std::nullopt : std::optional(row->value);
}

std::string epoch_line(const EpochMetrics& metrics, std::int64_t epochs, const EpochMeter& meter) {
  std::string line =
      fmt::format("epoch {:>{}}/{}  {}", metrics.epoch, fmt::formatted_size("{}", epochs), epochs,
                  part(metrics, "train/"));
  if (metrics.find("val/loss")) line += " | " + part(metrics, "val/");
  if (const auto speed = metrics.find("train/images_per_second")) {
    line += fmt::format(" | {} img/s {}", with_thousands(std::llround(*speed)),
                        short_duration(meter.seconds()));
  }
  return line;
}

}  // namespace ag::train
