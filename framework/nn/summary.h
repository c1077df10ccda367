// What a network is made of, layer by layer, and what it costs.
#pragma once

#include <c10/core/ScalarType.h>

#include <cstdint>
#include <string>
#include <vector>

namespace ag::nn {

// The shape of one picture's activations.
struct Shape {
  std::int64_t channels = 0;
  std::int64_t height = 1;
  std::int64_t width = 1;

  std::int64_t numel() const { return channels * height * width; }
  bool operator==(const Shape&) const = default;
};

struct LayerSummary {
  std::string name;             // that its tensors' names begin with: "blocks.0.depthwise"
  std::string kind;             // "conv 3x3 /2", "bn, relu6", "dense", ...
  Shape input;                  // of a convolution, of one picture
  Shape output;                 // of one picture
  std::int64_t trainable = 0;   // numbers that the optimiser changes
  std::int64_t statistics = 0;  // running statistics
  std::int64_t macs = 0;        // multiplications with additions for one picture, forward
  std::int64_t kept = 0;        // numbers kept for the backward pass, for one picture
};

struct Summary {
  std::string name;  // "mobilenet_v1 1.0 (keras) at 224"
  Shape input;       // [3, S, S]
  std::vector<LayerSummary> layers;
  std::vector<std::string> notes;  // sentences about what isn't told layer by layer

  std::int64_t trainable() const;
  std::int64_t parameters() const;  // as Keras counts: trainable and running statistics
  std::int64_t macs() const;
  std::int64_t kept() const;
};

// About what a rank's tensors take while it trains on `batch` pictures: parameters, gradients, one
// momentum, running statistics, the pictures, the activations kept for the backward pass, and the
// largest layer's gradients. The program and its libraries (about 0.3 GB) come on top.
std::uint64_t training_bytes(const Summary& summary, std::int64_t batch, c10::ScalarType type);

// A table for people, 88 columns wide: one line a layer, the sums and notes last.
std::string to_text(const Summary& summary);

}  // namespace ag::nn
