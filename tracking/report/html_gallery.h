// Pictures on a page, each with what there is to say of it.
#pragma once

#include <string>
#include <vector>

namespace ag::report {

struct GalleryPicture {
  std::string jpeg;                // the file's bytes; empty: its place says that there is none
  std::vector<std::string> lines;  // below it; the first is the one to see
  std::string faint;               // a last line, of where it is from
};

// As many beside each other as there is room for. The pictures are in the page itself.
std::string html_gallery(const std::vector<GalleryPicture>& pictures);

}  // namespace ag::report
