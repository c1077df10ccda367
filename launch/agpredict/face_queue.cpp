#include "launch/agpredict/face_queue.h"

#include <algorithm>
#include <utility>

namespace ag::predict {
namespace {

// What photos that wait for the network may take. Then it is asked about fewer faces.
constexpr std::size_t kMostBytes = 256'000'000;
constexpr std::size_t kMostPhotos = 256;

}  // namespace

FaceQueue::FaceQueue(deploy::Predictor& predictor, std::int64_t size, std::int64_t batch, Take take)
    : predictor_(predictor),
      input_(static_cast<int>(size)),
      batch_(loader::make_batch(batch, size, false)),
      take_(std::move(take)) {}

void FaceQueue::add(PhotoSource source, PreparedPhoto prepared) {
  faces_ += prepared.faces.size();
  bytes_ += prepared.photo.rgb.size();
  waiting_.push_back({std::move(source), std::move(prepared), {}});
  while (faces_ >= static_cast<std::size_t>(batch_.pictures.size(0))) ask();
  hand_on_answered();
  if (bytes_ > kMostBytes || waiting_.size() > kMostPhotos) finish();
}

void FaceQueue::finish() {
  while (faces_ > 0) ask();
  hand_on_answered();
}

// About the first faces that have no answer: as many as a batch takes.
void FaceQueue::ask() {
  const std::size_t rows = std::min(faces_, static_cast<std::size_t>(batch_.pictures.size(0)));
  std::vector<Waiting*> owners;
  for (Waiting& photo : waiting_) {
    for (std::size_t i = photo.answers.size(); i < photo.prepared.fitted.size(); ++i) {
      if (owners.size() == rows) break;
      write_row(photo.prepared.fitted[i], owners.size());
      owners.push_back(&photo);
    }
  }
  const std::vector<deploy::FaceAnswer> answers =
      predictor_.answer(batch_.pictures.narrow(0, 0, static_cast<std::int64_t>(rows)));
  for (std::size_t i = 0; i < rows; ++i) owners[i]->answers.push_back(answers[i]);
  faces_ -= rows;
}

void FaceQueue::write_row(const FittedFace& face, std::size_t row) {
  float* numbers = batch_.pictures.mutable_data_ptr<float>() + row * input_.numbers();
  input_.scale(face, {numbers, input_.numbers()});
}

void FaceQueue::hand_on_answered() {
  for (; !waiting_.empty() && waiting_.front().is_answered(); waiting_.pop_front()) {
    auto& [source, prepared, answers] = waiting_.front();
    bytes_ -= prepared.photo.rgb.size();
    PhotoResult result = {.source = std::move(source),
                          .complaint = std::move(prepared.complaint),
                          .width = prepared.width,
                          .height = prepared.height,
                          .faces = {}};
    for (std::size_t i = 0; i < answers.size(); ++i)
      result.faces.push_back({std::move(prepared.faces[i]), answers[i]});
    take_(result, std::move(prepared.photo));
  }
}

}  // namespace ag::predict
