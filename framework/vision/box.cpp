#include "framework/vision/box.h"

#include <algorithm>

namespace ag::vision {

Box clamped(const Box& box, int width, int height) {
  const double left = std::clamp(box.left, 0.0, static_cast<double>(width));
  const double top = std::clamp(box.top, 0.0, static_cast<double>(height));
  const double right = std::clamp(box.right(), left, static_cast<double>(width));
  const double bottom = std::clamp(box.bottom(), top, static_cast<double>(height));
  return {left, top, right - left, bottom - top};
}

Box widened(const Box& box, double margin) {
  return {box.left - margin * box.width, box.top - margin * box.height,
          (1 + 2 * margin) * box.width, (1 + 2 * margin) * box.height};
}

Box extent(std::span<const Point> points) {
  const auto [left, right] = std::ranges::minmax(points, {}, &Point::x);
  const auto [top, bottom] = std::ranges::minmax(points, {}, &Point::y);
  return {left.x, top.y, right.x - left.x, bottom.y - top.y};
}

Box shared(const Box& a, const Box& b) {
  const double left = std::max(a.left, b.left);
  const double top = std::max(a.top, b.top);
  return {left, top, std::max(std::min(a.right(), b.right()) - left, 0.0),
          std::max(std::min(a.bottom(), b.bottom()) - top, 0.0)};
}

double overlap(const Box& a, const Box& b) {
  const double both = shared(a, b).area();
  const double either = a.area() + b.area() - both;
  return either > 0 ? both / either : 0;
}

}  // namespace ag::vision
