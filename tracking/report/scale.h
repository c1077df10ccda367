// From values to places: ranges, and ticks at numbers that people would have chosen.
#pragma once

#include <string>
#include <vector>

namespace ag::report {

struct Range {
  double low = 0;
  double high = 1;

  double span() const { return high - low; }
};

// False for what has no place in a chart: NaN, infinities, and numbers near the largest there are.
bool drawable(double value);

// The range of the drawable numbers among `values`; [0, 1] when there are none, and something
// around the number when there is but one, or as good as one.
Range range_of(const std::vector<double>& values);

// Ticks at multiples of 1, 2 or 5 times a power of ten, `at_most` of them (2 or more), inside the
// range (Heckbert, "Nice numbers for graph labels", Graphics Gems, 1990). `whole`: only at
// integers.
struct Ticks {
  std::vector<double> at;
  double step = 1;
};
Ticks nice_ticks(const Range& range, int at_most, bool whole = false);

// Ticks of a logarithmic axis, `at_most` of them (3 or more): at 1, 2 and 5 times the powers of ten
// inside the range, at the powers alone where those are too many; where one is all there is, those
// of nice_ticks. The range is positive.
std::vector<double> log_ticks(const Range& range, int at_most);

// The range with a twentieth of itself more at each end, but not across zero.
Range padded(const Range& range);

// With as many decimals as tell two ticks apart: "0.25", "1,500", "2e-05".
std::string tick_label(double tick, double step);

// Maps `values` to [from, to], linearly; `from` may be the larger.
class Scale {
 public:
  Scale(Range values, double from, double to) : values_(values), from_(from), to_(to) {}
  double operator()(double value) const {
    return from_ + (to_ - from_) * (value - values_.low) / values_.span();
  }

 private:
  Range values_;
  double from_;
  double to_;
};

}  // namespace ag::report
