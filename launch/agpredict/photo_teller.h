// Tells what was found, photo by photo, and writes their annotated copies.
#pragma once

#include <cstddef>
#include <string>

#include "framework/core/progress.h"
#include "launch/agpredict/options.h"
#include "launch/agpredict/photo_result.h"

namespace ag::predict {

// Answers go to standard output; progress, complaints and the closing line to standard error.
class PhotoTeller {
 public:
  // `options` must outlive it.
  PhotoTeller(const Options& options, std::size_t photos);

  // `photo` is drawn on, where a copy is wanted.
  void tell(const PhotoResult& result, data::Picture photo);

  // kFailed where a photo couldn't be read, or its copy not be written.
  ExitCode finish();

 private:
  void complain(const std::string& name, const std::string& complaint);
  void print(const PhotoResult& result);
  void write_copy(const PhotoResult& result, data::Picture photo);

  const Options& options_;
  report::Terminal terminal_;
  Progress progress_;
  std::size_t done_ = 0;    // photos
  std::size_t faces_ = 0;   // found
  std::size_t failed_ = 0;  // photos
};

}  // namespace ag::predict
