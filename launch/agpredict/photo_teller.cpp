#include "launch/agpredict/photo_teller.h"

#include <fmt/format.h>

#include <cstdio>
#include <utility>
#include <vector>

#include "framework/core/atomic_file.h"
#include "framework/core/text.h"
#include "framework/data/jpeg.h"
#include "framework/vision/annotate.h"
#include "launch/agpredict/photo_text.h"

namespace ag::predict {
namespace {

constexpr int kQualityOfCopies = 92;

std::vector<vision::Annotation> annotations_of(const PhotoResult& result) {
  std::vector<vision::Annotation> annotations;
  for (const auto& [face, answer] : result.faces) {
    annotations.push_back(
        {.box = face.box,
         .landmarks = face.landmarks,
         .text = label_of(answer),
         .accent = is_male(answer) ? vision::Accent::kSecond : vision::Accent::kFirst});
  }
  return annotations;
}

}  // namespace

PhotoTeller::PhotoTeller(const Options& options, std::size_t photos)
    : options_(options),
      terminal_(report::terminal_of(stdout, options.colour)),
      progress_("photos", static_cast<std::int64_t>(photos)) {
  if (options.form == Form::kCsv) fmt::print("{}", csv_header());
}

void PhotoTeller::tell(const PhotoResult& result, data::Picture photo) {
  ++done_;
  faces_ += result.faces.size();
  progress_.clear();
  if (result.complaint) complain(result.source.name, *result.complaint);
  print(result);
  if (options_.out && !result.complaint) write_copy(result, std::move(photo));
  progress_.update(static_cast<std::int64_t>(done_), with_thousands(faces_) + " faces");
}

ExitCode PhotoTeller::finish() {
  progress_.clear();
  std::fflush(stdout);
  if (done_ > 1) {
    fmt::print(stderr, "{} photos, {} faces, {:.1f} s{}\n", with_thousands(done_),
               with_thousands(faces_), progress_.seconds(),
               failed_ == 0 ? "" : fmt::format("; {} failed", with_thousands(failed_)));
  }
  return failed_ == 0 ? ExitCode::kDone : ExitCode::kFailed;
}

void PhotoTeller::complain(const std::string& name, const std::string& complaint) {
  ++failed_;
  std::fflush(stdout);
  fmt::print(stderr, "agpredict: {}: {}\n", name, complaint);
}

void PhotoTeller::print(const PhotoResult& result) {
  if (options_.form == Form::kJson) {
    fmt::print("{}", to_json(result));
  } else if (options_.form == Form::kCsv) {
    fmt::print("{}", to_csv(result));
  } else if (!result.complaint) {
    fmt::print("{}", to_text(result, terminal_));
  }
}

void PhotoTeller::write_copy(const PhotoResult& result, data::Picture photo) {
  vision::annotate(photo, annotations_of(result));
  const std::vector<std::byte> jpeg = data::encode_jpeg(photo, kQualityOfCopies);
  try {
    write_file_atomically(
        *options_.out / result.source.copy,
        std::string_view(reinterpret_cast<const char*>(jpeg.data()), jpeg.size()));
  } catch (const Error& error) {
    complain(result.source.name, error.what());
  }
}

}  // namespace ag::predict
