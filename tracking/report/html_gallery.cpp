#include "tracking/report/html_gallery.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tracking/report/base64.h"
#include "tracking/report/html_page.h"
#include "tracking/report/markup.h"

namespace ag::report {
namespace {

std::string image(const GalleryPicture& picture) {
  if (picture.jpeg.empty()) return "<div class=\"missing\">no picture</div>\n";
  return fmt::format("<img src=\"data:image/jpeg;base64,{}\" alt=\"{}\"/>\n", base64(picture.jpeg),
                     escaped(fmt::format("{}", fmt::join(picture.lines, " · "))));
}

std::string figure(const GalleryPicture& picture) {
  std::string caption;
  for (const std::string& line : picture.lines) {
    caption += html_element("div", line, caption.empty() ? "first" : "");
  }
  if (!picture.faint.empty()) caption += html_element("div", picture.faint, "faint");
  return fmt::format("<figure>\n{}<figcaption>\n{}</figcaption>\n</figure>\n", image(picture),
                     caption);
}

}  // namespace

std::string html_gallery(const std::vector<GalleryPicture>& pictures) {
  std::string figures;
  for (const GalleryPicture& picture : pictures) figures += figure(picture);
  return fmt::format("<div class=\"gallery\">\n{}</div>\n", figures);
}

}  // namespace ag::report
