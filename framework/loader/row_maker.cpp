#include "framework/loader/row_maker.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "framework/core/error.h"

namespace ag::loader {
namespace {

std::span<const std::uint8_t> as_pixels(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

}  // namespace

RowMaker::RowMaker(const RowSource& source)
    : source_(source), input_(source.size), resized_(input_.numbers()) {}

data::SampleLabels RowMaker::make(std::uint32_t epoch, std::uint32_t sample, std::uint32_t chance,
                                  std::span<float> row) {
  const KeptPicture picture = fetch(sample);
  data::Augmentation augmentation;
  if (source_.augment) {
    augmentation = data::draw_augmentation(*source_.augment, source_.seed, epoch, chance);
  }
  input_.scale(picture.pixels, row, augmentation);
  return picture.labels;
}

KeptPicture RowMaker::fetch(std::uint32_t sample) {
  if (const auto kept = source_.cache.find(sample)) return *kept;
  const data::SampleView view = source_.dataset.sample(source_.split, sample);
  const data::SampleLabels labels{.age = view.labels.age, .gender = view.labels.gender};
  if (view.width == source_.size && view.height == source_.size) {
    return {as_pixels(view.picture), labels};  // raw, and of the network's size already
  }
  const std::span<std::uint8_t> claimed = source_.cache.claim(sample);
  const std::span<std::uint8_t> target = claimed.empty() ? resized_ : claimed;
  render(sample, view, target);
  if (!claimed.empty()) source_.cache.publish(sample, labels);
  return {target, labels};
}

void RowMaker::render(std::uint32_t sample, const data::SampleView& view,
                      std::span<std::uint8_t> to) {
  if (source_.dataset.info().encoding == data::Encoding::kRaw) {
    input_.fit(as_pixels(view.picture), view.width, view.height, to);
    return;
  }
  if (const auto complaint = decoder_.decode(view.picture, decoded_)) {
    throw Error(source_.dataset.folder().string(),
                std::string(data::split_name(source_.split)) + " picture " +
                    std::to_string(sample) + " can't be decoded: " + *complaint,
                "make the data set anew with agprep");
  }
  input_.fit(decoded_.rgb, decoded_.width, decoded_.height, to);
}

}  // namespace ag::loader
