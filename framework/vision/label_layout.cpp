#include "framework/vision/label_layout.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <utility>

namespace ag::vision {
namespace {

// What it costs to cover another's text or face, where the smaller one of the two is all covered.
constexpr double kTextCost = 20;
constexpr double kOthersFaceCost = 6;
constexpr double kOwnFaceCost = 3;  // and to cover all of its own face
// So near another's frame (in shares of its size) a text seems to belong there.
constexpr double kNear = 0.15;
constexpr double kNearCost = 1;
// What it costs to go up or down by a label's height because the picture ends.
constexpr double kMovedCost = 0.6;
// How much smaller all texts may become, and what it costs to make one vanish.
constexpr std::array kSizes = {1.0, 0.85, 0.7};
constexpr double kShrinkCost = 1;
constexpr double kLeastFontSize = 7;  // pixels, down to which texts shrink because they crowd
constexpr int kMostRounds = 10;

// A place at a frame. The label's edges meet the frame's: the left ones where `across` is 0, the
// right ones where it is 1, the upper ones where `down` is 0, the lower ones where it is 1. From
// there it goes by its own size and the gap: to the right for `aside` 1, upwards for `above` 1.
struct Place {
  double across;
  double down;
  double aside;
  double above;
  double cost;
};
constexpr std::array<Place, 16> kPlaces = {{
    {0, 0, 0, 1, 0},  // above the frame
    {0.5, 0, 0, 1, 0.05},
    {1, 0, 0, 1, 0.05},
    {0, 1, 0, -1, 0.3},  // below
    {0.5, 1, 0, -1, 0.35},
    {1, 1, 0, -1, 0.35},
    {1, 0, 1, 0, 0.45},  // to the right
    {1, 0.5, 1, 0, 0.5},
    {1, 1, 1, 0, 0.5},
    {0, 0, -1, 0, 0.45},  // to the left
    {0, 0.5, -1, 0, 0.5},
    {0, 1, -1, 0, 0.5},
    {0, 1, 0, 0, 0.4},  // within, at its lower line, over the chin
    {1, 1, 0, 0, 0.45},
    {0, 0, 0, 0, 0.5},  // at its upper line
    {1, 0, 0, 0, 0.55},
}};

struct Scene {
  double width;
  double height;
  std::span<const LabelWish> wishes;
  std::vector<std::vector<std::size_t>> neighbours;  // of each, those that it might cover
};

Box box_at(const LabelWish& wish, const Place& place, double font_size) {
  const double width = font_size * (wish.text_width + 2 * kLabelPadding);
  const double height = font_size * kLabelHeight;
  const Box& frame = wish.frame;
  return {frame.left + place.across * (frame.width - width) + place.aside * (width + wish.gap),
          frame.top + place.down * (frame.height - height) - place.above * (height + wish.gap),
          width, height};
}

Box moved_into_picture(const Scene& scene, const Box& box) {
  return {std::clamp(box.left, 0.0, std::max(scene.width - box.width, 0.0)),
          std::clamp(box.top, 0.0, std::max(scene.height - box.height, 0.0)), box.width,
          box.height};
}

// What was wished times `size`, or what the picture has room for.
double font_size_of(const Scene& scene, const LabelWish& wish, double size) {
  const double wished = std::max(size * wish.font_size, std::min(wish.font_size, kLeastFontSize));
  return std::min(
      {wished, scene.width / (wish.text_width + 2 * kLabelPadding), scene.height / kLabelHeight});
}

// How much of the smaller one of two is covered: 0 to 1.
double covered(const Box& a, const Box& b) {
  const double both = shared(a, b).area();
  return both > 0 ? both / std::min(a.area(), b.area()) : 0;
}

// All of a frame, of the labels that it may get, and of what is near to it.
Box reach_of(const Scene& scene, const LabelWish& wish) {
  const double font_size = font_size_of(scene, wish, 1);
  const double aside = font_size * (wish.text_width + 2 * kLabelPadding) + wish.gap;
  const double above = font_size * kLabelHeight + wish.gap;
  const Box near = widened(wish.frame, kNear);
  return {near.left - aside, near.top - above, near.width + 2 * aside, near.height + 2 * above};
}

Scene scene_of(int width, int height, std::span<const LabelWish> wishes) {
  Scene scene{static_cast<double>(width), static_cast<double>(height), wishes, {}};
  scene.neighbours.resize(wishes.size());
  std::vector<Box> reaches;
  for (const LabelWish& wish : wishes) reaches.push_back(reach_of(scene, wish));
  for (std::size_t i = 0; i < wishes.size(); ++i) {
    for (std::size_t j = 0; j < wishes.size(); ++j) {
      if (i != j && shared(reaches[i], reaches[j]).area() > 0) scene.neighbours[i].push_back(j);
    }
  }
  return scene;
}

// Of a label at `box`; or `enough` or more, where it isn't less.
double cost_of(const Scene& scene, std::span<const Label> labels, std::size_t mine, const Box& box,
               double enough) {
  const Box& face = scene.wishes[mine].frame;
  double cost = kOwnFaceCost * shared(box, face).area() / std::max(face.area(), 1.0);
  for (const std::size_t i : scene.neighbours[mine]) {
    if (cost >= enough) break;
    const Box& others = scene.wishes[i].frame;
    cost += kTextCost * covered(box, labels[i].box) + kOthersFaceCost * covered(box, others) +
            kNearCost * covered(box, widened(others, kNear));
  }
  return cost;
}

struct Choice {
  Label label;
  double cost = std::numeric_limits<double>::infinity();
};

Choice best_place(const Scene& scene, std::span<const Label> labels, std::size_t mine,
                  double font_size) {
  Choice best;
  for (const Place& place : kPlaces) {
    if (place.cost >= best.cost) continue;
    const Box wished = box_at(scene.wishes[mine], place, font_size);
    const Box box = moved_into_picture(scene, wished);
    const double moved = font_size > 0 ? std::abs(box.top - wished.top) / wished.height : 0;
    const double place_cost = place.cost + kMovedCost * std::min(moved, 1.0);
    const double cost = place_cost + cost_of(scene, labels, mine, box, best.cost - place_cost);
    if (cost < best.cost) best = {{box, font_size}, cost};
  }
  return best;
}

using Order = std::vector<std::size_t>;

// What stands where depends on what was placed first.
std::vector<Order> orders_of(std::span<const LabelWish> wishes) {
  Order order(wishes.size());
  std::iota(order.begin(), order.end(), 0);
  std::vector<Order> orders;
  for (const auto edge : {&Box::left, &Box::top}) {
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return wishes[i].frame.*edge; });
    orders.push_back(order);
    orders.emplace_back(order.rbegin(), order.rend());
  }
  return orders;
}

struct Arrangement {
  std::vector<Label> labels;
  double cost = std::numeric_limits<double>::infinity();
};

Arrangement arrange(const Scene& scene, const Order& order, double size) {
  Arrangement found{std::vector<Label>(order.size()), 0};
  bool moved = true;
  for (int round = 0; moved && round < kMostRounds; ++round) {
    moved = false;
    found.cost = 0;
    for (const std::size_t i : order) {
      const double font_size = font_size_of(scene, scene.wishes[i], size);
      const Choice best = best_place(scene, found.labels, i, font_size);
      const Box before = std::exchange(found.labels[i], best.label).box;
      moved |= before.left != best.label.box.left || before.top != best.label.box.top;
      found.cost += best.cost;
    }
  }
  return found;
}

}  // namespace

std::vector<Label> place_labels(int width, int height, std::span<const LabelWish> wishes) {
  const Scene scene = scene_of(width, height, wishes);
  const std::vector<Order> orders = orders_of(wishes);
  Arrangement best;
  for (const double size : kSizes) {
    const double shrink_cost = kShrinkCost * (1 - size) * static_cast<double>(wishes.size());
    if (shrink_cost > best.cost) break;
    for (const Order& order : orders) {
      Arrangement next = arrange(scene, order, size);
      next.cost += shrink_cost;
      if (next.cost < best.cost) best = std::move(next);
    }
  }
  return best.labels;
}

}  // namespace ag::vision
