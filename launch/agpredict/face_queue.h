// Gathers faces over photos, so that the network is asked about many at a time, and hands the
// photos on in their order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "framework/data/network_input.h"
#include "framework/deploy/predictor.h"
#include "framework/loader/batch.h"
#include "launch/agpredict/photo_preparer.h"
#include "launch/agpredict/photo_result.h"

namespace ag::predict {

// On the predictor's thread.
class FaceQueue {
 public:
  using Take = std::function<void(const PhotoResult& result, data::Picture photo)>;

  // Asks about `batch` faces at a time of `size` pixels a side, and calls `take` for each photo.
  FaceQueue(deploy::Predictor& predictor, std::int64_t size, std::int64_t batch, Take take);

  void add(PhotoSource source, PreparedPhoto prepared);
  // Asks about what is left.
  void finish();

 private:
  struct Waiting {
    PhotoSource source;
    PreparedPhoto prepared;
    std::vector<deploy::FaceAnswer> answers;  // of its first faces

    bool is_answered() const { return answers.size() == prepared.faces.size(); }
  };

  void ask();
  void hand_on_answered();
  void write_row(const FittedFace& face, std::size_t row);

  deploy::Predictor& predictor_;
  data::NetworkInput input_;
  loader::Batch batch_;
  Take take_;
  std::deque<Waiting> waiting_;
  std::size_t faces_ = 0;  // that wait for an answer
  std::size_t bytes_ = 0;  // of the photos that wait
};

}  // namespace ag::predict
