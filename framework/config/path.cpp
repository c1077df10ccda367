#include "framework/config/path.h"

#include <utility>

namespace ag::config {
namespace {

class PathCollector : public PathVisitor {
 public:
  std::vector<std::string> paths;

 protected:
  void on_field(const Field& field) override { paths.push_back(path_to(field.key)); }
};

}  // namespace

void PathVisitor::on_section(std::string_view key, std::string_view,
                             const std::function<void()>& walk) {
  std::string outer = std::exchange(prefix_, path_to(key) + ".");
  walk();
  prefix_ = std::move(outer);
}

std::string PathVisitor::path_to(std::string_view key) const {
  return prefix_ + std::string(key);
}

std::vector<std::string> all_paths(const Visit& visit) {
  PathCollector collector;
  visit(collector);
  return std::move(collector.paths);
}

}  // namespace ag::config
