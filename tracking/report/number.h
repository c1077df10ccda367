// Numbers for people: as many digits as say something.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ag::report {

// Four significant digits: "7.503", "0.7985", "11,204", "9.1e-04", "nan".
std::string short_number(double value);

// Three significant digits and a unit: "312", "12.3k", "5.6M", "1.2G". From 0 on.
std::string short_count(double count);

// The numbers of one row or column, all with the same decimals, so that they can be compared digit
// by digit; "" for one that isn't there.
std::vector<std::string> alike(std::span<const std::optional<double>> values);

// Every digit that tells `value` from its neighbours, for programs to read: "0.1", "nan".
std::string exact_number(double value);

}  // namespace ag::report
