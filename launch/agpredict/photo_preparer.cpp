#include "launch/agpredict/photo_preparer.h"

#include <iostream>
#include <iterator>
#include <new>
#include <span>
#include <utility>

namespace ag::predict {

PhotoPreparer::PhotoPreparer(const vision::FaceFinderOptions& finder, int size, bool keep_photos)
    : finder_(finder), input_(size), keep_photos_(keep_photos) {}

PreparedPhoto PhotoPreparer::prepare(const PhotoSource& source) {
  PreparedPhoto prepared;
  prepared.complaint = read(source);
  if (!prepared.complaint) prepared.complaint = finder_.complaint_about(photo_);
  if (prepared.complaint) return prepared;
  try {
    find_faces(prepared);
  } catch (const std::bad_alloc&) {
    return {.complaint = "not enough memory to search it for faces"};
  }
  return prepared;
}

void PhotoPreparer::find_faces(PreparedPhoto& prepared) {
  prepared.width = photo_.width;
  prepared.height = photo_.height;
  prepared.faces = finder_.find(photo_);
  for (const vision::Face& face : prepared.faces) {
    vision::FaceFinder::cut_out(photo_, face, crop_);
    FittedFace& fitted = prepared.fitted.emplace_back(input_.numbers());
    input_.fit(crop_.rgb, crop_.width, crop_.height, fitted);
  }
  if (keep_photos_) prepared.photo = std::move(photo_);
}

std::optional<std::string> PhotoPreparer::read(const PhotoSource& source) {
  if (!source.path.empty()) return reader_.read(source.path, photo_);
  const std::string bytes(std::istreambuf_iterator<char>(std::cin), {});
  return reader_.decode(std::as_bytes(std::span(bytes)), photo_);
}

}  // namespace ag::predict
