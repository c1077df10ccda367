#include "launch/agpredict/photo_job.h"

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <utility>

#include "framework/core/ordered_work.h"
#include "launch/agpredict/face_queue.h"
#include "launch/agpredict/models.h"
#include "launch/agpredict/photo_list.h"
#include "launch/agpredict/photo_preparer.h"
#include "launch/agpredict/photo_teller.h"
#include "launch/agpredict/trained_predictor.h"

namespace ag::predict {
namespace fs = std::filesystem;
namespace {

constexpr double kMarginOfImdb = 0.4;
// Photos a thread that wait for the network: each may have hundreds of MB.
constexpr std::size_t kWaitingPhotos = 2;

// A copy that replaces a photo would be drawn on again the next time.
void require_other_folder(const Options& options, const std::vector<PhotoSource>& photos) {
  if (!options.out) return;
  for (const PhotoSource& photo : photos) {
    std::error_code not_there;
    if (!fs::equivalent(*options.out / photo.copy, photo.path, not_there)) continue;
    throw usage_error("--out", fmt::format("the copy of {} would replace it", photo.name),
                      "give a folder of its own");
  }
}

double margin_for(const Options& options, const TrainedPredictor& network) {
  if (options.margin) return *options.margin;
  if (network.margin || options.detector == "none") return network.margin.value_or(0);
  fmt::print(stderr,
             "agpredict: the network's training pictures don't say their margin, so {} is taken, "
             "as IMDB-WIKI has it; --margin sets another\n",
             kMarginOfImdb);
  return kMarginOfImdb;
}

}  // namespace

ExitCode run_photos(const Options& options) {
  const std::vector<PhotoSource> photos = list_photos(options.photos);
  require_other_folder(options, photos);
  const TrainedPredictor network = read_predictor(options.network);
  const std::optional<vision::LandmarkPredictor> landmarks = read_landmarks(options);
  const vision::FaceFinderOptions finder =
      finder_options(options, landmarks ? &*landmarks : nullptr, margin_for(options, network));

  PhotoTeller teller(options, photos.size());
  FaceQueue queue(*network.predictor, network.size, options.network.batch,
                  [&teller](const PhotoResult& result, data::Picture photo) {
                    teller.tell(result, std::move(photo));
                  });
  using Work = OrderedWork<PreparedPhoto>;
  Work work(
      photos.size(), thread_count(options.network),
      [&]() -> Work::Make {
        auto preparer = std::make_shared<PhotoPreparer>(finder, static_cast<int>(network.size),
                                                        options.out.has_value());
        return [&photos, preparer](std::size_t i) { return preparer->prepare(photos[i]); };
      },
      kWaitingPhotos);
  work.run(
      [&](std::size_t i, PreparedPhoto prepared) { queue.add(photos[i], std::move(prepared)); });
  queue.finish();
  return teller.finish();
}

}  // namespace ag::predict
