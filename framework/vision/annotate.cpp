#include "framework/vision/annotate.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <utility>

#include "framework/vision/label_layout.h"
#include "framework/vision/marks.h"

namespace ag::vision {
namespace {

// Sky blue and orange of Okabe and Ito ("Color universal design", 2008), lighter: the marks' dark
// letters have a contrast of 9:1 to either.
constexpr Colour kBlue = {0.36, 0.75, 1};
constexpr Colour kOrange = {1, 0.69, 0.13};

// How large a mark is: a share of its face's width, but neither less nor more than shares of the
// picture's longer side, which say how large it is when the whole picture is looked at.
struct Proportion {
  double of_face;
  double least_of_picture;
  double most_of_picture;
};
constexpr Proportion kFontSize = {0.075, 0.0135, 0.032};
constexpr Proportion kLine = {0.02, 0.0028, 0.0045};
constexpr Proportion kDot = {0.0065, 0.0005, 0.003};  // its radius

// Letters want so many pixels, however small the picture. Where they would fill it, that is where
// such a share of its longer side is less, they get that share, but some pixels nonetheless.
constexpr double kFineFontSize = 11;
constexpr double kFineFontSizeOfPicture = 0.045;
constexpr double kPoorFontSize = 7;
constexpr double kReadableFontSize = 4;  // below that it would be a smear

constexpr double kLeastLine = 2;  // pixels
constexpr double kLeastDot = 0.8;
constexpr double kMostLineOfFace = 0.06;
constexpr double kOutlineOfLine = 0.34;

double longer_side(const data::Picture& photo) {
  return std::max(photo.width, photo.height);
}

double size_of(const Proportion& proportion, const data::Picture& photo, const Box& face) {
  const double picture = longer_side(photo);
  return std::clamp(proportion.of_face * face.width, proportion.least_of_picture * picture,
                    proportion.most_of_picture * picture);
}

double font_size_for(const data::Picture& photo, const Box& face) {
  const double least =
      std::clamp(kFineFontSizeOfPicture * longer_side(photo), kPoorFontSize, kFineFontSize);
  return std::max(size_of(kFontSize, photo, face), least);
}

Box in_whole_pixels(const Box& box) {
  const double left = std::round(box.left);
  const double top = std::round(box.top);
  return {left, top, std::round(box.right()) - left, std::round(box.bottom()) - top};
}

// Of whole pixels, so that its edges are sharp, and within the picture, so that one sees where a
// face at the border ends.
Frame frame_for(const data::Picture& photo, const Box& face) {
  Frame frame;
  frame.box = in_whole_pixels(clamped(face, photo.width, photo.height));
  const double wished = std::max(size_of(kLine, photo, face), kLeastLine);
  frame.line = std::max(std::round(std::min(wished, kMostLineOfFace * face.width)), 1.0);
  frame.outline = std::max(std::round(kOutlineOfLine * frame.line), 1.0);
  return frame;
}

const Colour& colour_of(const Annotation& annotation) {
  return annotation.accent == Accent::kFirst ? kBlue : kOrange;
}

// The marks in the order in which they are drawn.
class Marks {
 public:
  explicit Marks(const data::Picture& photo) : photo_(photo) {}

  void add(const Annotation& annotation) {
    const Frame frame = frame_for(photo_, annotation.box);
    if (!(frame.box.area() > 0)) return;
    frames_.push_back(frame_mark(frame, colour_of(annotation)));
    if (!annotation.landmarks.empty()) {
      dots_.push_back(dots_mark(annotation.landmarks,
                                std::max(size_of(kDot, photo_, annotation.box), kLeastDot)));
    }
    const bool named = !annotation.text.empty();
    wishes_.push_back({frame.box, frame.outline, named ? ruler_.width_of(annotation.text) : 0,
                       named ? font_size_for(photo_, annotation.box) : 0});
    annotations_.push_back(&annotation);
  }

  std::vector<Shape> shapes() const {
    std::vector<Shape> shapes = frames_;
    std::ranges::copy(dots_, std::back_inserter(shapes));
    const std::vector<Label> labels = place_labels(photo_.width, photo_.height, wishes_);
    for (std::size_t i = 0; i < labels.size(); ++i) {
      if (labels[i].font_size < kReadableFontSize) continue;
      shapes.push_back(sign_mark({in_whole_pixels(labels[i].box), annotations_[i]->text,
                                  labels[i].font_size, wishes_[i].gap},
                                 colour_of(*annotations_[i])));
    }
    return shapes;
  }

 private:
  const data::Picture& photo_;
  TextRuler ruler_;
  std::vector<const Annotation*> annotations_;
  std::vector<Shape> frames_;
  std::vector<Shape> dots_;
  std::vector<LabelWish> wishes_;  // one for each of the annotations
};

}  // namespace

void annotate(data::Picture& photo, const std::vector<Annotation>& annotations) {
  Marks marks(photo);
  for (const Annotation& annotation : annotations) marks.add(annotation);
  draw(photo, marks.shapes());
}

}  // namespace ag::vision
