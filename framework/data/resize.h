// Shrinks and enlarges pictures by an antialiased triangle filter: what Pillow calls BILINEAR, and
// equal to Pillow's Image.resize() bit for bit.
//
// Two passes, columns first, with 8-bit pixels between them. A pass weighs the pixels within one
// output pixel's width of its centre (within one input pixel's when enlarging) in fixed point. The
// method: Pillow's src/libImaging/Resample.c, up to version 12. From version 13 on, Pillow takes
// rows first where the height shrinks and the width doesn't; those cases round differently there.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "framework/data/picture.h"

namespace ag::data {

// Keeps weights and scratch memory from picture to picture: nothing is computed or allocated twice
// for the same sizes. One per thread.
class BilinearResizer {
 public:
  BilinearResizer();
  ~BilinearResizer();
  BilinearResizer(BilinearResizer&&) noexcept;
  BilinearResizer& operator=(BilinearResizer&&) noexcept;

  // `from` is [from_height, from_width, 3], `to` is [to_height, to_width, 3]; they don't overlap.
  // Sizes are 1 to 65535. Throws Error when a span isn't of its size.
  void resize(std::span<const std::uint8_t> from, int from_width, int from_height,
              std::span<std::uint8_t> to, int to_width, int to_height);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The same for one picture. Any thread; `from` and `to` are two pictures.
void resize_bilinear(const Picture& from, int width, int height, Picture& to);

// The plain form that the fast one is checked against: equal bit for bit.
void resize_bilinear_reference(const Picture& from, int width, int height, Picture& to);

}  // namespace ag::data
