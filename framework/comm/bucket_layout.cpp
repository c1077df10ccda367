#include "framework/comm/bucket_layout.h"

#include <algorithm>
#include <map>

#include "framework/core/xxh3.h"

namespace ag::comm {
namespace {

constexpr std::int64_t kLineBytes = 64;

class Layer {
 public:
  explicit Layer(std::int64_t bucket_bytes) : bucket_bytes_(bucket_bytes) {}

  // Into the open bucket of the tensor's type.
  Place add(const at::Tensor& tensor, bool may_open_another) {
    const at::ScalarType type = tensor.scalar_type();
    const auto width = static_cast<std::int64_t>(tensor.element_size());
    const std::int64_t line = kLineBytes / width;
    const std::int64_t elements = (tensor.numel() + line - 1) / line * line;
    auto open = open_.find(type);
    const bool full = open != open_.end() && may_open_another &&
                      (buckets_[open->second].elements + elements) * width > bucket_bytes_;
    if (open == open_.end() || full) {
      open = open_.insert_or_assign(type, buckets_.size()).first;
      buckets_.push_back({type, 0, {}, {}});
    }
    BucketPlan& bucket = buckets_[open->second];
    const Place place{open->second, bucket.elements};
    bucket.elements += elements;
    return place;
  }

  BucketPlan& bucket(const Place& place) { return buckets_[place.bucket]; }
  std::vector<BucketPlan> take() { return std::move(buckets_); }

 private:
  std::int64_t bucket_bytes_;
  std::vector<BucketPlan> buckets_;
  std::map<at::ScalarType, std::size_t> open_;
};

void append(std::vector<std::int64_t>& words, std::span<const at::Tensor> tensors) {
  words.push_back(static_cast<std::int64_t>(tensors.size()));
  for (const at::Tensor& tensor : tensors) {
    words.push_back(static_cast<std::int64_t>(tensor.scalar_type()));
    words.push_back(tensor.dim());
    words.insert(words.end(), tensor.sizes().begin(), tensor.sizes().end());
    words.insert(words.end(), tensor.strides().begin(), tensor.strides().end());
  }
}

}  // namespace

BucketLayout lay_buckets(std::span<const at::Tensor> parameters,
                         std::span<const at::Tensor> statistics, std::int64_t bucket_bytes) {
  Layer layer(bucket_bytes);
  BucketLayout layout;
  layout.parameters.resize(parameters.size());
  for (std::size_t i = parameters.size(); i-- > 0;) {
    layout.parameters[i] = layer.add(parameters[i], true);
    layer.bucket(layout.parameters[i]).parameters.push_back(i);
  }
  for (std::size_t i = 0; i < statistics.size(); ++i) {
    layout.statistics.push_back(layer.add(statistics[i], false));
    layer.bucket(layout.statistics[i]).statistics.push_back(i);
  }
  layout.buckets = layer.take();
  return layout;
}

std::uint64_t fingerprint(std::span<const at::Tensor> parameters,
                          std::span<const at::Tensor> statistics, std::int64_t bucket_bytes) {
  std::vector<std::int64_t> words = {bucket_bytes};
  append(words, parameters);
  append(words, statistics);
  return xxh3(std::as_bytes(std::span(words)));
}

}  // namespace ag::comm
