// The two numbers of an optimiser that change while a run goes on.
#pragma once

namespace ag::optim {

struct Hyper {
  double lr = 0;        // learning rate of this step
  double momentum = 0;  // SGD's and RMSprop's momentum, AdamW's beta1, of this step
};

}  // namespace ag::optim
