// Where each parameter's gradient and each running statistic lies in which bucket: a pure function
// of the lists, so that every rank comes to the same layout by itself.
#pragma once

#include <ATen/ATen.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ag::comm {

// Part of a bucket: elements offset to offset + numel - 1 of its flat tensor.
struct Place {
  std::size_t bucket = 0;
  std::int64_t offset = 0;
};

struct BucketPlan {
  at::ScalarType type = at::kFloat;
  std::int64_t elements = 0;
  std::vector<std::size_t> parameters;  // indices into the list
  std::vector<std::size_t> statistics;
};

struct BucketLayout {
  std::vector<BucketPlan> buckets;  // in the order of sending
  std::vector<Place> parameters;    // of parameter i
  std::vector<Place> statistics;
};

// Lays `parameters` from the last to the first, and begins a new bucket of a type where the next
// one would bring it over `bucket_bytes`. Statistics go into the last bucket of their type,
// whatever its size. Each tensor begins on a cache line.
BucketLayout lay_buckets(std::span<const at::Tensor> parameters,
                         std::span<const at::Tensor> statistics, std::int64_t bucket_bytes);

// Equal for lists with the same layout, else different, but for chance.
std::uint64_t fingerprint(std::span<const at::Tensor> parameters,
                          std::span<const at::Tensor> statistics, std::int64_t bucket_bytes);

}  // namespace ag::comm
