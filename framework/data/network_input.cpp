#include "framework/data/network_input.h"

#include "framework/data/picture.h"

namespace ag::data {

std::size_t NetworkInput::numbers() const {
  const auto side = static_cast<std::size_t>(size_);
  return side * side * kChannels;
}

void NetworkInput::fit(std::span<const std::uint8_t> picture, int width, int height,
                       std::span<std::uint8_t> fitted) {
  resizer_.resize(picture, width, height, fitted, size_, size_);
}

void NetworkInput::scale(std::span<const std::uint8_t> fitted, std::span<float> numbers,
                         const Augmentation& augmentation) {
  augmenter_.apply(augmentation, fitted, size_, size_, numbers);
}

}  // namespace ag::data
