#include "launch/evaluation_report/html_report.h"

#include <fmt/format.h>

#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include "framework/core/text.h"
#include "launch/evaluation_report/figures.h"
#include "launch/evaluation_report/sections.h"
#include "tracking/report/html_gallery.h"
#include "tracking/report/html_page.h"
#include "tracking/report/html_tiles.h"

namespace ag::evaluation {
namespace {

using report::Fit;
using report::html_element;
using report::svg::Place;

std::string head(const Evaluation& evaluation, const Subject& subject) {
  return html_element("h1", subject.checkpoint) +
         html_element("p", summary_line(evaluation, subject)) +
         html_element("p", subject.date, "note");
}

std::string_view bias_text(double bias) {
  constexpr double kWrittenAsZero = 0.005;
  if (std::abs(bias) < kWrittenAsZero) return "neither older nor younger";
  return bias > 0 ? "taken for older" : "taken for younger";
}

std::string tiles(const Evaluation& evaluation) {
  const Scores& all = evaluation.all;
  const GenderCalibration& calibration = evaluation.gender_calibration;
  std::vector<report::Tile> tiles = {
      {years(all.age_mae), "years", "age error (MAE)",
       all.age_mae_margin ? fmt::format("± {} at 95%", years(*all.age_mae_margin)) : ""},
      {percent(all.age_cs5), "", "within 5 years",
       fmt::format("{} within 3, {} within 1", percent(all.age_cs3), percent(all.age_cs1))},
      {fmt::format("{:+.2f}", all.age_bias), "years", "age bias",
       std::string(bias_text(all.age_bias))}};
  if (all.age_coverage) {
    tiles.push_back({percent(*all.age_coverage), "", "age in 80% range",
                     fmt::format("{:.1f} years wide", *all.age_range_years)});
  }
  tiles.push_back({percent(all.gender_accuracy), "", "gender right",
                   fmt::format("{} – {} at 95%", percent(all.gender_interval->low),
                               percent(all.gender_interval->high))});
  tiles.push_back({percent(calibration.ece), "", "gender ECE",
                   fmt::format("Brier score {:.3f}", calibration.brier)});
  return report::html_tiles(tiles);
}

template <class Drawn>
std::string figure(const Drawn& drawn, Fit fit) {
  return report::html_figure(report::to_svg(drawn, Place::kInPage), fit);
}

std::string agreements(const Evaluation& evaluation) {
  return html_element("h2", "What it tells, and what is so") +
         report::html_beside(figure(age_agreement(evaluation), Fit::kScaled) +
                             figure(reliability(evaluation), Fit::kScaled)) +
         html_element("p",
                      "Expected calibration error (ECE): how far the share that is right lies from "
                      "the probability told, on average over pictures, in ten bins (Guo et al., "
                      "2017). Brier score: mean square of told probability minus truth; 0.25 is "
                      "that of always telling 50%.",
                      "note");
}

std::string confusions(const Evaluation& evaluation) {
  return html_element("h2", "What is taken for what") +
         report::html_beside(figure(age_confusion_map(evaluation), Fit::kNatural) +
                             figure(gender_confusion_map(evaluation), Fit::kNatural));
}

std::string groups(const Evaluation& evaluation) {
  return html_element("h2", "By age and gender") + report::html_table(compared_table(evaluation)) +
         html_element("p", groups_note(evaluation, true), "note");
}

report::GalleryPicture shown(const Answer& answer, const PictureOf& picture_of) {
  return {.jpeg = picture_of ? picture_of(answer) : "",
          .lines = {age_caption(answer), gender_caption(answer)},
          .faint = fmt::format("picture {}, row {}", answer.index, answer.source)};
}

std::string gallery(const std::vector<Answer>& answers, const PictureOf& picture_of,
                    bool gender_first) {
  std::vector<report::GalleryPicture> pictures;
  for (const Answer& answer : answers) {
    pictures.push_back(shown(answer, picture_of));
    std::vector<std::string>& lines = pictures.back().lines;
    if (gender_first) std::swap(lines.front(), lines.back());
  }
  return report::html_gallery(pictures);
}

constexpr std::string_view kHowToRead =
    "The told age with its range from 10% to 90%, and the true one; the told gender with its "
    "probability, and the true one; the picture's number in its split, and its row in the data "
    "set's report.csv.";
constexpr std::string_view kPassOn =
    "The pictures are in this page: pass it on only where the data set's licence and the people "
    "shown allow that.";

std::string worst(const Evaluation& evaluation, const PictureOf& picture_of) {
  std::string html = html_element("h2", "Ages that are most years off") +
                     html_element("p", kHowToRead, "note") +
                     gallery(evaluation.worst_ages, picture_of, false) +
                     html_element("h2", "Wrong genders that it is surest of");
  html += evaluation.surest_wrong_genders.empty()
              ? html_element("p", "Every gender is right.")
              : gallery(evaluation.surest_wrong_genders, picture_of, true);
  return html + (picture_of ? html_element("p", kPassOn, "note") : "");
}

}  // namespace

std::string to_html(const Evaluation& evaluation, const Subject& subject,
                    const PictureOf& picture_of) {
  return report::html_page(subject.checkpoint, head(evaluation, subject) + tiles(evaluation) +
                                                   agreements(evaluation) + groups(evaluation) +
                                                   confusions(evaluation) +
                                                   worst(evaluation, picture_of));
}

}  // namespace ag::evaluation
