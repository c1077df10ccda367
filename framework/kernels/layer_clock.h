// How long each layer's passes take: for a profile.
#pragma once

#include <map>
#include <string>

#include "framework/core/stopwatch.h"

namespace ag::kernels {

struct LayerSeconds {
  double forward = 0;
  double backward = 0;
};

// One thread. Sums up over calls.
class LayerClock {
 public:
  // A pass of a layer, from construction to destruction. Without a clock it does nothing.
  class Pass {
   public:
    Pass(LayerClock* clock, const std::string& layer, double LayerSeconds::*pass)
        : clock_(clock), layer_(layer), pass_(pass) {}
    ~Pass() {
      if (clock_ == nullptr) return;
      clock_->layers_[layer_].*pass_ += watch_.seconds();
    }
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;

   private:
    LayerClock* clock_;
    const std::string& layer_;
    double LayerSeconds::*pass_;
    Stopwatch watch_;
  };

  const std::map<std::string, LayerSeconds>& layers() const { return layers_; }
  void clear() { layers_.clear(); }

 private:
  std::map<std::string, LayerSeconds> layers_;
};

}  // namespace ag::kernels
