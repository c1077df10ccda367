#include "framework/comm/comm_config.h"

namespace ag::comm {

void CommConfig::visit(config::Visitor& v) {
  v.field("backend", backend, config::one_of({"auto", "mpi", "nccl"}),
          "what carries tensors between ranks; auto is nccl where every rank has a GPU, else mpi");
  v.field("transport", transport, config::one_of({"auto", "shared", "mpi"}),
          "how ranks of one host add CPU tensors; auto is shared memory where all are on one host");
  v.field("overlap", overlap, config::one_of({"auto", "thread", "poll", "none"}),
          "how gradients are summed while backward still runs");
  v.field("bucket_mb", bucket_mb, config::between(0.001, 1024),
          "size of a bucket of gradients, in MiB");
}

}  // namespace ag::comm
