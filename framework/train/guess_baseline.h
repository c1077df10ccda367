// How well somebody does who only guesses: what a network has to beat.
#pragma once

#include "framework/data/dataset.h"

namespace ag::train {

// What guessing reaches on the validation pictures: everybody has the training pictures' median age
// and their more frequent gender.
struct GuessBaseline {
  double age_mae = 0;
  double gender_accuracy = 0;
};
GuessBaseline guess_baseline(const data::Dataset& dataset);

}  // namespace ag::train
