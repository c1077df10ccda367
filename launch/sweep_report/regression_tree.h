// A regression tree over variables with few values each, grown until its leaves are pure. What is
// asked of it is not what it says of one point but its leaves: boxes that together fill the whole
// space, each with a value.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "framework/core/philox.h"

namespace ag::sweep {

struct Variable {
  std::size_t levels = 1;
  bool ordered = true;                 // numbers, cut in two; else words, of which any may go left
  std::vector<std::size_t> of_sample;  // which level, of each sample
};

struct Leaf {
  std::vector<std::vector<bool>> box;  // by variable, then level: whether it lies in the leaf
  double value = 0;                    // the mean of the samples in it
};

// A node is split where that lowers the sum of squares most; of variables that are equally good, by
// one drawn by chance. Levels that no sample of the node has fall to a side drawn by chance. So
// trees of a forest differ where nothing was measured, and nowhere else: each has all samples, as
// in Geurts, Ernst and Wehenkel, "Extremely randomized trees" (Machine Learning, 2006), and over a
// whole grid each is the function that was measured.
std::vector<Leaf> grow_tree(std::span<const Variable> variables, std::span<const double> targets,
                            RandomStream& random);

}  // namespace ag::sweep
