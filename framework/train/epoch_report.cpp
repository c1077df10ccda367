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

}  // namespace

void EpochMeter::add_step(std::int64_t pictures, double data_wait_seconds,
                          double comm_wait_seconds) {
  pictures_ += pictures;
  data_wait_seconds_ += data_wait_seconds;
  comm_wait_seconds_ += comm_wait_seconds;
}

double EpochMeter::seconds() const {
  return std::chrono::duration<double>(Clock::now() - start_).count();
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

void EpochMetrics::add(const std::string& name, double value) {
  rows.push_back({epoch, step, name, value});
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

double peak_memory_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  constexpr double kKibibyte = 1024;  // Linux counts in these
  return static_cast<double>(usage.ru_maxrss) * kKibibyte;
}

}  // namespace ag::train
