// The figures that a page begins with, large.
#pragma once

#include <string>
#include <vector>

namespace ag::report {

struct Tile {
  std::string value;  // "5.12"
  std::string unit;   // "years"; "" of a share
  std::string label;  // what it is
  std::string note;   // how sure that is, or what belongs to it
};

// As many beside each other as there is room for.
std::string html_tiles(const std::vector<Tile>& tiles);

}  // namespace ag::report
