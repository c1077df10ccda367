#include "launch/sweep_report/regression_tree.h"

#include <algorithm>
#include <numeric>
#include <optional>

namespace ag::sweep {
namespace {

struct Node {
  std::vector<std::size_t> samples;
  std::vector<std::vector<bool>> box;
};

struct Split {
  std::size_t variable = 0;
  std::vector<std::size_t> order;  // of the levels that the samples have
  std::size_t left = 0;            // so many of them go left
  double gain = 0;                 // of the sum of squares
};

struct LevelSum {
  double sum = 0;
  double count = 0;
};

class Grower {
 public:
  Grower(std::span<const Variable> variables, std::span<const double> targets, RandomStream& random)
      : variables_(variables), targets_(targets), random_(random) {}

  std::vector<Leaf> grow() {
    Node root;
    root.samples.resize(targets_.size());
    std::iota(root.samples.begin(), root.samples.end(), std::size_t{0});
    for (const Variable& variable : variables_) root.box.emplace_back(variable.levels, true);
    split(std::move(root));
    return std::move(leaves_);
  }

 private:
  void split(Node node) {
    const std::optional<Split> best = best_split(node);
    if (!best) return add_leaf(std::move(node));
    const std::vector<bool> goes_left = sides(*best, node);
    Node left;
    Node right{{}, node.box};
    left.box = std::move(node.box);
    for (std::size_t level = 0; level < goes_left.size(); ++level) {
      (goes_left[level] ? right : left).box[best->variable][level] = false;
    }
    for (const std::size_t sample : node.samples) {
      const std::size_t level = variables_[best->variable].of_sample[sample];
      (goes_left[level] ? left : right).samples.push_back(sample);
    }
    split(std::move(left));
    split(std::move(right));
  }

  void add_leaf(Node node) {
    double sum = 0;
    for (const std::size_t sample : node.samples) sum += targets_[sample];
    leaves_.push_back({std::move(node.box), sum / static_cast<double>(node.samples.size())});
  }

  // None where the samples are all alike, or no variable tells them apart.
  std::optional<Split> best_split(const Node& node) {
    const double first = targets_[node.samples[0]];
    const bool pure = std::ranges::all_of(
        node.samples, [&](std::size_t sample) { return targets_[sample] == first; });
    if (pure) return std::nullopt;
    std::optional<Split> best;
    for (const std::size_t variable : shuffled_variables()) {
      std::optional<Split> split = best_split_by(variable, node);
      if (split && (!best || split->gain > best->gain)) best = std::move(split);
    }
    return best;
  }

  std::vector<std::size_t> shuffled_variables() {
    std::vector<std::size_t> order(variables_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = order.size(); i > 1; --i) {
      std::swap(order[i - 1], order[random_.below(static_cast<std::uint32_t>(i))]);
    }
    return order;
  }

  // Words are put in the order of their means, in which the best of all divisions is a cut (Breiman
  // et al., "Classification and regression trees", 1984, section 8.8).
  std::optional<Split> best_split_by(std::size_t variable, const Node& node) const {
    const Variable& by = variables_[variable];
    std::vector<LevelSum> sums(by.levels);
    LevelSum total;
    for (const std::size_t sample : node.samples) {
      LevelSum& sum = sums[by.of_sample[sample]];
      sum.sum += targets_[sample];
      ++sum.count;
      total.sum += targets_[sample];
      ++total.count;
    }
    Split split{.variable = variable};
    for (std::size_t level = 0; level < by.levels; ++level) {
      if (sums[level].count > 0) split.order.push_back(level);
    }
    if (split.order.size() < 2) return std::nullopt;
    if (!by.ordered) {
      std::ranges::stable_sort(split.order, {}, [&sums](std::size_t level) {
        return sums[level].sum / sums[level].count;
      });
    }
    LevelSum left;
    for (std::size_t i = 0; i + 1 < split.order.size(); ++i) {
      left.sum += sums[split.order[i]].sum;
      left.count += sums[split.order[i]].count;
      const double right_sum = total.sum - left.sum;
      const double gain = left.sum * left.sum / left.count +
                          right_sum * right_sum / (total.count - left.count) -
                          total.sum * total.sum / total.count;
      if (split.left != 0 && gain <= split.gain) continue;
      split.left = i + 1;
      split.gain = gain;
    }
    return split;
  }

  // Of each level of the split's variable, whether it goes left.
  std::vector<bool> sides(const Split& split, const Node& node) {
    const Variable& by = variables_[split.variable];
    std::vector<bool> left(by.levels);
    if (by.ordered) {
      const std::size_t last_left = split.order[split.left - 1];
      const auto between = static_cast<std::uint32_t>(split.order[split.left] - last_left);
      const std::size_t cut = last_left + 1 + random_.below(between);
      for (std::size_t level = 0; level < cut; ++level) left[level] = true;
      return left;
    }
    for (std::size_t level = 0; level < by.levels; ++level) {
      left[level] = node.box[split.variable][level] && random_.chance(0.5);
    }
    for (std::size_t i = 0; i < split.order.size(); ++i) left[split.order[i]] = i < split.left;
    return left;
  }

  std::span<const Variable> variables_;
  std::span<const double> targets_;
  RandomStream& random_;
  std::vector<Leaf> leaves_;
};

}  // namespace

std::vector<Leaf> grow_tree(std::span<const Variable> variables, std::span<const double> targets,
                            RandomStream& random) {
  return Grower(variables, targets, random).grow();
}

}  // namespace ag::sweep
