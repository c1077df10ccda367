// Ages cut into bands, for those who count, weigh or draw pictures by age: [0, 13), [13, 18), …
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace ag {

// Immutable: any thread may use it.
class AgeBands {
 public:
  // Each edge is the first age, in whole years, of the next band, so that {13, 18} makes three:
  // 0-12, 13-17 and 18+. Without edges there is one band. Throws Error unless they rise and are
  // above 0.
  explicit AgeBands(std::vector<std::int64_t> edges);

  // Bands of `width` years, from 0 up; what is left over at the top, less than a whole band of the
  // ages 0 to `oldest`, belongs to the last one. `width` and `oldest` are 1 or more.
  static AgeBands of_width(std::int64_t width, std::int64_t oldest);

  std::size_t count() const { return edges_.size() + 1; }
  std::size_t of(std::int64_t age) const;    // 0 to count() - 1
  std::string name(std::size_t band) const;  // "13-17", "18+"

 private:
  std::vector<std::int64_t> edges_;
};

// The bands of FairFace (Kärkkäinen and Joo, WACV 2021), by which the project tells how well each
// group of people is judged: 0-2, 3-9, 10-19, … 60-69, 70+.
AgeBands group_bands();

// Whether they rise, each above 0: what AgeBands takes.
bool are_band_edges(std::span<const std::int64_t> edges);

}  // namespace ag
