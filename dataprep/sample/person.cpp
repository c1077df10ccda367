// How persons differ, and how age and gender show.
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "dataprep/sample/face.h"

namespace ag::dataprep {
namespace {

// 0 below `low`, 1 above `high`, smooth between.
double ramp(double value, double low, double high) {
  const double t = std::clamp((value - low) / (high - low), 0.0, 1.0);
  return t * t * (3 - 2 * t);
}

constexpr std::array<Colour, 7> kSkins = {{{0.98, 0.86, 0.77},
                                           {0.95, 0.79, 0.67},
                                           {0.90, 0.72, 0.57},
                                           {0.82, 0.61, 0.45},
                                           {0.68, 0.47, 0.33},
                                           {0.52, 0.34, 0.23},
                                           {0.38, 0.25, 0.18}}};
constexpr std::array<Colour, 6> kHairs = {{{0.08, 0.07, 0.07},
                                           {0.20, 0.13, 0.09},
                                           {0.33, 0.21, 0.13},
                                           {0.52, 0.36, 0.20},
                                           {0.80, 0.66, 0.40},
                                           {0.55, 0.24, 0.12}}};
constexpr std::array<Colour, 4> kIrises = {
    {{0.25, 0.15, 0.08}, {0.42, 0.30, 0.14}, {0.33, 0.48, 0.62}, {0.36, 0.47, 0.33}}};
constexpr Colour kGrey = {0.84, 0.84, 0.86};
constexpr Colour kPink = {0.93, 0.52, 0.50};

Colour jittered(const Colour& colour, RandomStream& random, double spread) {
  const double all = 1 + spread * random.normal();
  return scaled({colour.red * (1 + 0.3 * spread * random.normal()),
                 colour.green * (1 + 0.3 * spread * random.normal()),
                 colour.blue * (1 + 0.3 * spread * random.normal())},
                all);
}

Colour any_colour(RandomStream& random, double darkest, double lightest) {
  const double grey = random.uniform(darkest, lightest);
  const auto channel = [&] { return std::clamp(grey + 0.09 * random.normal(), 0.0, 1.0); };
  const double red = channel();
  const double green = channel();
  return {red, green, channel()};
}

void draw_colours(Person& person, RandomStream& random) {
  const auto skin = random.below(kSkins.size());
  person.skin = jittered(kSkins[skin], random, 0.04);
  // Fair hair and eyes go with fair skin alone.
  const bool fair = skin < 3;
  person.hair =
      jittered(kHairs[fair ? random.below(kHairs.size()) : random.below(2)], random, 0.12);
  person.iris =
      jittered(kIrises[fair ? random.below(kIrises.size()) : random.below(2)], random, 0.1);
  person.freckles = fair && random.chance(0.15) ? 20 + random.below(30) : 0;
}

// How the face is built at this age.
void shape_head(Face& face, const Person& person, double age, double masculine) {
  const double child = 1 - ramp(age, 0, 17);
  const double old = ramp(age + person.ageing, 45, 90);
  face.width = 0.72 + 0.11 * child + 0.030 * person.width + 0.012 * masculine;
  face.jaw = face.width * (0.70 + 0.07 * masculine + 0.07 * child + 0.035 * person.jaw);
  face.chin = 0.98 - 0.15 * child + 0.03 * masculine;
  face.cheeks = 0.10 * child + 0.02;
  face.sag = old;
  face.neck = (0.40 + 0.07 * masculine) * (1 - 0.25 * child);
}

void shape_features(Face& face, const Person& person, double age, double masculine) {
  const double child = 1 - ramp(age, 0, 17);
  const double old = ramp(age + person.ageing, 45, 90);
  face.eye_y = -0.07 + 0.19 * child;
  face.eye_x = 0.30 + 0.02 * person.eye_gap + 0.02 * child;
  face.eye_size = (0.135 - 0.008 * masculine + 0.009 * person.eye_size) * (1 + 0.42 * child);
  face.lid = 0.10 + 0.28 * old;
  face.bags = ramp(age + person.ageing, 35, 80);
  face.brow_thickness = std::max(0.022, (0.052 + 0.020 * masculine + 0.010 * person.brow) *
                                            (1 - 0.45 * child) * (1 - 0.15 * old));
  face.brow_arch = 0.055 - 0.030 * masculine;
  face.lashes = std::max(0.0, 0.5 - 0.5 * masculine);
  face.nose_y = face.eye_y + (0.40 + 0.03 * person.nose_length + 0.035 * old) * (1 - 0.34 * child);
  face.nose_width =
      (0.145 + 0.015 * masculine + 0.016 * person.nose_width + 0.02 * old) * (1 - 0.15 * child);
  face.mouth_y = face.nose_y + 0.25 - 0.05 * child;
  face.mouth_width = (0.27 + 0.02 * person.mouth_width) * (1 - 0.22 * child);
  face.lip_fullness =
      std::max(0.018, (0.062 - 0.014 * masculine + 0.010 * person.lip) * (1 - 0.55 * old));
}

HairStyle style_of(const Person& person, double age, RandomStream& random) {
  const double bald = person.balding * ramp(age, 28, 65);
  if (person.male && bald > 0.72) return HairStyle::kBald;
  const double wish = person.long_hair_liking + 0.12 * random.normal();
  if (wish > 0.62) return age > 68 && random.chance(0.6) ? HairStyle::kBob : HairStyle::kLong;
  if (wish > 0.48) return HairStyle::kBob;
  if (wish > 0.40) return HairStyle::kUpdo;
  if (wish > 0.18) return HairStyle::kTidy;
  return random.chance(0.3) ? HairStyle::kBuzz : HairStyle::kShort;
}

void grow_hair(Face& face, const Person& person, double age, RandomStream& random) {
  face.grey = ramp(age, person.grey_onset, person.grey_onset + 28);
  face.hair = mix(person.hair, kGrey, 0.9 * face.grey);
  // Children's hair is fairer than what they grow up to.
  face.hair =
      mix(face.hair, mix(person.hair, {0.85, 0.72, 0.5}, 0.3), 0.7 * (1 - ramp(age, 2, 14)));
  face.style = style_of(person, age, random);
  face.hair_density = ramp(age, -1.5, 2.5) * (1 - 0.35 * ramp(age, 50, 95));
  face.hairline = -0.56 - 0.05 * (1 - ramp(age, 0, 10)) -
                  (person.male ? 0.32 : 0.06) * person.balding * ramp(age, 22, 70);
  face.hair_length = random.uniform(0.5, 1.1);
  face.parting = random.uniform(-0.4, 0.4);
  face.fringe = !person.male && random.chance(0.35) ? random.uniform(0.10, 0.26) : 0.0;
}

void grow_beard(Face& face, const Person& person, double age, RandomStream& random) {
  if (!person.male || age < 16) return;
  const double wish = person.beard_liking + 0.15 * random.normal() - 0.5 * (1 - ramp(age, 16, 26));
  if (wish > 0.80) {
    face.beard = Beard::kFull;
  } else if (wish > 0.70) {
    face.beard = Beard::kGoatee;
  } else if (wish > 0.62) {
    face.beard = Beard::kMoustache;
  } else if (wish > 0.38) {
    face.beard = Beard::kStubble;
  }
}

void age_skin(Face& face, const Person& person, double age, double masculine,
              RandomStream& random) {
  const double looks = age + person.ageing;
  face.wrinkles = ramp(looks, 26, 84);
  face.spots = ramp(looks, 50, 92);
  face.blush =
      0.10 + 0.25 * (1 - ramp(age, 0, 14)) + 0.12 * std::max(0.0, -masculine) * random.uniform();
  face.freckles = person.freckles;
  face.skin =
      mix(person.skin, scaled({0.86, 0.76, 0.66}, person.skin.red), 0.35 * ramp(looks, 40, 90));
  const bool painted = !person.male && age > 15 && random.chance(0.5);
  face.lips = mix(face.skin, painted ? Colour{0.72, 0.12, 0.18} : kPink, painted ? 0.75 : 0.45);
  face.lips = scaled(face.lips, 0.85);
}

void take_picture(Face& face, RandomStream& random) {
  face.yaw = std::clamp(0.22 * random.normal(), -0.55, 0.55);
  face.pitch = std::clamp(0.05 * random.normal(), -0.12, 0.12);
  face.roll = std::clamp(0.09 * random.normal(), -0.25, 0.25);
  face.scale = 0.36 * (1 + 0.06 * random.normal());
  face.shift = {0.02 * random.normal(), 0.02 * random.normal()};
  face.light_angle = random.uniform(0, 2 * std::numbers::pi);
  face.light = random.uniform(0.05, 0.5);
  face.exposure = std::clamp(1 + 0.15 * random.normal(), 0.55, 1.4);
  face.warmth = 0.06 * random.normal();
  face.noise = random.uniform(1, 9);
  face.smile = std::clamp(0.35 + 0.45 * random.normal(), -0.5, 1.2);
  face.open = random.chance(0.3) ? random.uniform(0.2, 1.0) : 0.0;
  face.clothes = any_colour(random, 0.1, 0.8);
  face.backdrop[0] = any_colour(random, 0.1, 0.9);
  face.backdrop[1] = mix(face.backdrop[0], any_colour(random, 0.1, 0.9), 0.6);
}

}  // namespace

Person draw_person(const RandomKey& key) {
  RandomStream random(key);
  Person person;
  person.male = random.chance(0.5);
  person.masculine = (person.male ? 1.0 : -1.0) + 0.55 * random.normal();
  draw_colours(person, random);
  for (double* deviation :
       {&person.width, &person.jaw, &person.eye_size, &person.eye_gap, &person.nose_length,
        &person.nose_width, &person.mouth_width, &person.lip, &person.brow}) {
    *deviation = std::clamp(random.normal(), -2.2, 2.2);
  }
  person.grey_onset = std::clamp(42 + 9 * random.normal(), 24.0, 70.0);
  person.ageing = 5 * random.normal();
  person.balding = random.chance(0.55) ? random.uniform(0.4, 1.0) : random.uniform(0, 0.4);
  person.beard_liking = random.uniform();
  person.long_hair_liking =
      std::clamp((person.male ? 0.14 : 0.66) + 0.18 * random.normal(), 0.0, 1.0);
  person.glasses_from = random.chance(0.4) ? random.uniform(8, 60) : 200;
  return person;
}

Face draw_face(const Person& person, double age, const RandomKey& key) {
  RandomStream random(key);
  Face face;
  face.iris = person.iris;
  // Before puberty the two hardly differ but in hair and dress.
  const double masculine = person.masculine * (0.25 + 0.75 * ramp(age, 9, 18));
  shape_head(face, person, age, masculine);
  shape_features(face, person, age, masculine);
  grow_hair(face, person, age, random);
  grow_beard(face, person, age, random);
  age_skin(face, person, age, masculine, random);
  face.glasses = age > person.glasses_from && random.chance(0.8);
  take_picture(face, random);
  face.detail = key;
  face.detail.epoch = key.epoch + 1;  // another stream than the one above
  return face;
}

}  // namespace ag::dataprep
