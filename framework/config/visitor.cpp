#include "framework/config/visitor.h"

namespace ag::config {

void Visitor::on_broken_rule(std::string_view, std::string_view) {}

}  // namespace ag::config
