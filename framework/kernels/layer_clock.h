// How long each layer's passes take: for a profile.
#pragma once

#include <chrono>
#include <map>
#include <string>

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
        : clock_(clock), layer_(layer), pass_(pass), start_(std::chrono::steady_clock::now()) {}
    ~Pass() {
      if (clock_ == nullptr) return;
      const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start_;
      clock_->layers_[layer_].*pass_ += passed.count();
    }
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;

   private:
    LayerClock* clock_;
    const std::string& layer_;
    double LayerSeconds::*pass_;
    std::chrono::steady_clock::time_point start_;
  };

  const std::map<std::string, LayerSeconds>& layers() const { return layers_; }
  void clear() { layers_.clear(); }

 private:
  std::map<std::string, LayerSeconds> layers_;
};

}  // namespace ag::kernels
