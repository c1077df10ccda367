// The dotted path of the key that a walk stands at: "optimizer.lr".
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/config/visitor.h"

namespace ag::config {

// A visitor that keeps the path of sections it is in.
class PathVisitor : public Visitor {
 protected:
  void on_section(std::string_view key, std::string_view doc,
                  const std::function<void()>& walk) override;
  std::string path_to(std::string_view key) const;

 private:
  std::string prefix_;
};

// Every key of a configuration, in the order of its walk.
std::vector<std::string> all_paths(const Visit& visit);

}  // namespace ag::config
