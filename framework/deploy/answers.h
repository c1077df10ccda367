// What a network that is given away answers with: probabilities and years, not logits.
//
//   age_probabilities     [N, 101]  of 0, 1, … 100 years; of a head of classes
//   age_older             [N, 100]  probability of being older than 0, 1, … 99 years; of a head of
//                                   thresholds
//   age_years             [N]       the age that the network tells; always
//   gender_probabilities  [N, 2]    female, male; always
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <vector>

#include "framework/loader/loader.h"
#include "framework/nn/graph.h"
#include "framework/nn/network.h"

namespace ag::deploy {

inline constexpr char kAgeProbabilities[] = "age_probabilities";
inline constexpr char kAgeOlder[] = "age_older";
inline constexpr char kAgeYears[] = "age_years";
inline constexpr char kGenderProbabilities[] = "gender_probabilities";

// The network in evaluation with its BatchNorms folded and these outputs. Pictures go in as the
// network's flavour scales them, of the size that it was made for.
nn::Graph answering_graph(const nn::Network& network);

// Something that answers as the graph does: pictures in, the graph's outputs out.
using Answerer = std::function<std::vector<at::Tensor>(const at::Tensor& pictures)>;

struct Accuracy {
  double age_mae = 0;          // years
  double gender_accuracy = 0;  // share
  std::int64_t pictures = 0;
};

// Called with (batches done, batches in all).
using Watcher = std::function<void(std::int64_t done, std::int64_t total)>;

// Of `answer`, which answers as `graph` does, on an epoch of `loader`. `answer` is given the
// loader's pictures as they are, [-1, 1].
Accuracy measure_accuracy(const Answerer& answer, const nn::Graph& graph, loader::Loader& loader,
                          const Watcher& watcher);

// The median time of one call of `work`, in milliseconds, on one thread of LibTorch's.
double median_milliseconds(const std::function<void()>& work);

}  // namespace ag::deploy
