#include "tests/e2e/predict/predict_fixture.h"

#include <fmt/format.h>
#include <png.h>

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "framework/data/jpeg.h"
#include "framework/photo/photo_reader.h"

namespace ag::test {
namespace {

void write_png(const std::filesystem::path& path, const data::Picture& picture) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(picture.width);
  image.height = static_cast<png_uint_32>(picture.height);
  image.format = PNG_FORMAT_RGB;
  if (png_image_write_to_file(&image, path.c_str(), 0, picture.rgb.data(), 0, nullptr) == 0)
    throw std::runtime_error(image.message);
}

}  // namespace

void PredictTest::SetUp() {
  TrainingTest::SetUp();
  train(0, "runs", "train.precision=fp32");
}

std::string PredictTest::agpredict(const std::string& arguments) const {
  return fmt::format("bash -c '. {}/launch/env.sh; cd {}; exec {}/bin/agpredict {}'", AG_SOURCE_DIR,
                     folder().string(), AG_BINARY_DIR, arguments);
}

Ended PredictTest::predict(const std::string& arguments, double seconds) const {
  return run(agpredict(arguments), folder(), seconds);
}

std::vector<nlohmann::json> PredictTest::answers(const std::string& photos_and_options) const {
  const Ended ended = predict(
      fmt::format("{} --checkpoint {} --json 2>messages", photos_and_options, network().string()));
  EXPECT_TRUE(ended.code == 0 || ended.code == 1) << ended.output;
  std::vector<nlohmann::json> lines;
  std::istringstream output(ended.output);
  for (std::string line; std::getline(output, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

void PredictTest::write(const std::string& name, const std::string& content) const {
  std::filesystem::create_directories((folder() / name).parent_path());
  std::ofstream(folder() / name, std::ios::binary) << content;
}

void PredictTest::write_photo(const std::string& name, int width, int height) const {
  data::Picture picture{width, height, {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (const int value : {x + y, 2 * x, 3 * y})
        picture.rgb.push_back(static_cast<std::uint8_t>(value % 256));
    }
  }
  write_photo(name, picture);
}

void PredictTest::write_photo(const std::string& name, const data::Picture& picture) const {
  std::filesystem::create_directories((folder() / name).parent_path());
  if (name.ends_with(".png")) return write_png(folder() / name, picture);
  const std::vector<std::byte> jpeg = data::encode_jpeg(picture, 95);
  write(name, {reinterpret_cast<const char*>(jpeg.data()), jpeg.size()});
}

data::Picture read_photo(const std::filesystem::path& path) {
  data::Picture picture;
  if (const auto complaint = photo::PhotoReader().read(path, picture))
    throw std::runtime_error(fmt::format("{}: {}", path.string(), *complaint));
  return picture;
}

}  // namespace ag::test
