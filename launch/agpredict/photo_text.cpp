#include "launch/agpredict/photo_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "framework/core/text.h"

namespace ag::predict {
namespace {

std::string gender_of(const deploy::FaceAnswer& answer) {
  return is_male(answer) ? "male" : "female";
}

// Rounded down, so that 100% is certainty.
int percent_of(const deploy::FaceAnswer& answer) {
  return static_cast<int>(100 * std::max(answer.male, 1 - answer.male));
}

double rounded(double value, double steps_of_one) {
  return std::round(value * steps_of_one) / steps_of_one;
}

nlohmann::ordered_json json_of(const vision::Box& box) {
  return {rounded(box.left, 10), rounded(box.top, 10), rounded(box.width, 10),
          rounded(box.height, 10)};
}

nlohmann::ordered_json json_of(const AnsweredFace& answered) {
  const auto& [face, answer] = answered;
  nlohmann::ordered_json landmarks = nlohmann::ordered_json::array();
  for (const vision::Point& point : face.landmarks) landmarks.push_back({point.x, point.y});
  nlohmann::ordered_json age = {
      {"mean", answer.age}, {"likeliest", answer.named_age}, {"p10", nullptr}, {"p90", nullptr}};
  if (answer.range) {
    age["p10"] = answer.range->low;
    age["p90"] = answer.range->high;
  }
  return {
      {"box", json_of(face.box)},    {"crop", json_of(face.crop)}, {"slope", face.slope},
      {"score", face.score},         {"landmarks", landmarks},     {"gender", gender_of(answer)},
      {"p_female", 1 - answer.male}, {"p_male", answer.male},      {"age", age}};
}

}  // namespace

bool is_male(const deploy::FaceAnswer& answer) {
  return answer.male > 0.5;
}

std::string label_of(const deploy::FaceAnswer& answer) {
  std::string text =
      fmt::format("{} {}%  {:.0f}", gender_of(answer), percent_of(answer), answer.age);
  if (answer.range) text += fmt::format(" ({:.0f}–{:.0f})", answer.range->low, answer.range->high);
  return text;
}

std::string to_text(const PhotoResult& result, const report::Terminal& terminal) {
  if (result.faces.empty()) {
    return fmt::format("{}  {}\n", result.source.name,
                       report::toned("no face found", report::Tone::kDim, terminal));
  }
  std::string text;
  for (std::size_t i = 0; i < result.faces.size(); ++i) {
    const auto& [face, answer] = result.faces[i];
    const std::string place = fmt::format("  at {:.0f},{:.0f}, {:.0f} x {:.0f}", face.box.left,
                                          face.box.top, face.box.width, face.box.height);
    text += fmt::format("{}  face {} of {}  {}{}\n", result.source.name, i + 1, result.faces.size(),
                        report::toned(label_of(answer), report::Tone::kBold, terminal),
                        report::toned(place, report::Tone::kDim, terminal));
  }
  return text;
}

std::string to_json(const PhotoResult& result) {
  nlohmann::ordered_json line = {{"photo", result.source.name}};
  if (result.complaint) {
    line["error"] = *result.complaint;
  } else {
    line["width"] = result.width;
    line["height"] = result.height;
    line["faces"] = nlohmann::ordered_json::array();
    for (const AnsweredFace& face : result.faces) line["faces"].push_back(json_of(face));
  }
  // File names are bytes, and needn't be UTF-8.
  return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string csv_header() {
  return "photo,face,left,top,width,height,score,gender,p_male,age,age_likeliest,age_p10,age_p90\n";
}

std::string to_csv(const PhotoResult& result) {
  std::string rows;
  for (std::size_t i = 0; i < result.faces.size(); ++i) {
    const auto& [face, answer] = result.faces[i];
    const std::string range =
        answer.range ? fmt::format("{},{}", answer.range->low, answer.range->high) : ",";
    rows += fmt::format("{},{},{:.1f},{:.1f},{:.1f},{:.1f},{:.4f},{},{:.6f},{:.4f},{},{}\n",
                        csv_field(result.source.name), i + 1, face.box.left, face.box.top,
                        face.box.width, face.box.height, face.score, gender_of(answer), answer.male,
                        answer.age, answer.named_age, range);
  }
  return rows;
}

}  // namespace ag::predict
