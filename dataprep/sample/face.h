// What a synthetic face looks like, as numbers: who it is, when and how it was taken, and how it is
// drawn.
//
// The looks of age and gender are those that people go by: a child's round head, low large eyes and
// small nose; wrinkles, grey and thinning hair, thin lips and sagging cheeks of old age; jaw,
// brows, beard, lips and hair of the genders. Each is drawn with a person's own spread, and genders
// overlap, so that no single one of them gives the answer away.
#pragma once

#include <cstdint>

#include "dataprep/sample/canvas.h"
#include "framework/core/philox.h"

namespace ag::dataprep {

enum class HairStyle { kBald, kBuzz, kShort, kTidy, kBob, kLong, kUpdo };
enum class Beard { kNone, kStubble, kMoustache, kGoatee, kFull };

// What stays the same in all pictures of a person.
struct Person {
  bool male = false;
  double masculine = 0;  // about -1 (female) or +1 (male), with a spread in which the two overlap
  Colour skin;
  Colour hair;  // before it turns grey
  Colour iris;
  double width = 0;  // of the head; this and the next are deviations from the mean, about N(0, 1)
  double jaw = 0;
  double eye_size = 0;
  double eye_gap = 0;
  double nose_length = 0;
  double nose_width = 0;
  double mouth_width = 0;
  double lip = 0;
  double brow = 0;
  double grey_onset = 0;    // years of age
  double ageing = 0;        // years that the skin looks older than the person is
  double balding = 0;       // 0 to 1: how far the hair goes in the end
  double beard_liking = 0;  // 0 to 1
  double long_hair_liking = 0;
  double glasses_from = 0;  // years of age; never for many
  std::uint32_t freckles = 0;
};

// Everything that is drawn. Lengths are in half heights of the head, whose centre is (0, 0) with y
// downwards.
struct Face {
  Colour skin, hair, iris, lips, clothes, backdrop[2];
  // Head.
  double width = 0, jaw = 0, chin = 0, cheeks = 0, sag = 0, neck = 0;
  // Features.
  double eye_y = 0, eye_x = 0, eye_size = 0, lid = 0, bags = 0;
  double brow_thickness = 0, brow_arch = 0, lashes = 0;
  double nose_y = 0, nose_width = 0;
  double mouth_y = 0, mouth_width = 0, lip_fullness = 0, smile = 0, open = 0;
  // Skin.
  double wrinkles = 0, spots = 0, blush = 0;
  std::uint32_t freckles = 0;
  // Hair.
  HairStyle style = HairStyle::kShort;
  double hairline = 0, grey = 0, hair_density = 1, hair_length = 0, parting = 0, fringe = 0;
  Beard beard = Beard::kNone;
  bool glasses = false;
  // Pose: radians, and shares of the picture.
  double yaw = 0, pitch = 0, roll = 0, scale = 0;
  Point shift;
  // Light.
  double light_angle = 0, light = 0, exposure = 1, warmth = 0, noise = 0;

  RandomKey detail;  // of strands, spots and grain
};

Person draw_person(const RandomKey& key);

// A picture of `person` at `age` years. `key` decides pose, light, expression and backdrop.
Face draw_face(const Person& person, double age, const RandomKey& key);

// The face as a picture of size x size pixels, with the grain of a camera. Any thread.
data::Picture paint(const Face& face, int size);

}  // namespace ag::dataprep
