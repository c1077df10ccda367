#include "framework/train/precision.h"

#include "framework/kernels/cpu/choice.h"
#include "framework/train/agreement.h"

namespace ag::train {
namespace {

constexpr const char* kAuto = "auto";
constexpr const char* kBf16 = "bf16";
constexpr const char* kFp32 = "fp32";
constexpr const char* kFp64 = "fp64";

}  // namespace

std::vector<std::string> precisions() {
  return {kAuto, kFp32, kBf16, kFp64};
}

at::ScalarType type_of(const std::string& precision) {
  if (precision == kFp64) return at::kDouble;
  return precision == kBf16 ? at::kBFloat16 : at::kFloat;
}

std::string precision_of_processor() {
  return kernels::cpu::multiplies_bf16() && !kernels::cpu::reference_chosen() ? kBf16 : kFp32;
}

std::string agree_on_precision(const std::string& asked,
                               const std::function<std::optional<std::string>()>& of_checkpoint,
                               comm::Communicator& communicator) {
  const bool on_gpu = communicator.device().is_cuda();
  std::string decided = asked;
  if (asked == kAuto) {
    std::string own;
    if (communicator.world().rank == 0) {
      own = of_checkpoint().value_or(on_gpu ? kFp32 : precision_of_processor());
    }
    decided = comm::broadcast_text(communicator, own, 0);
  }
  if (decided == kBf16 && (on_gpu || kernels::cpu::reference_chosen())) {
    throw AgreedError(
        "train.precision: bf16 is what this program's CPU kernels train in, and they don't run "
        "here; use fp32, or comm.backend=mpi without AG_CPU_KERNELS=reference",
        ExitCode::kUsage);
  }
  return decided;
}

std::string precision_note(const std::string& precision) {
  if (precision != kBf16 || kernels::cpu::multiplies_bf16()) return "";
  return "note: this processor doesn't multiply bfloat16 (AVX-512 BF16): train.precision=bf16 "
         "saves memory and its traffic here, but no arithmetic; fp32 may be as fast";
}

}  // namespace ag::train
