#!/bin/bash
# Lays what tests/gpu/run.sh --bundle runs in one folder, for a machine with a GPU and PyTorch but without a network,
# compilers or Debian's packages: the programs of the cuda preset, Open MPI, and the libraries they ask for. LibTorch,
# CUDA and NCCL are taken from the PyTorch there.
#   tests/gpu/bundle.sh DIR
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
readonly OUT=${1:?usage: tests/gpu/bundle.sh DIR}
readonly LIBRARIES=/usr/lib/$(gcc -print-multiarch)
# What every Linux has of its own, and what comes with PyTorch.
readonly ELSEWHERE='^(ld-linux.*|lib(c|m|dl|rt|pthread|resolv|util|stdc\+\+|gcc_s|c10.*|torch.*|cudart|cupti|nccl|gomp.*))\.so'

launch/setup.sh --cuda
launch/build.sh cuda agprep agtrain mpi_nccl

rm -rf "$OUT"
mkdir -p "$OUT"/{bin,lib,openmpi/lib,pmix/lib}
cp build-cuda/bin/{agprep,agtrain,mpi_nccl} "$OUT/bin"
cp -L "$(command -v mpirun)" "$OUT/bin/mpirun"
cp -L "$(command -v orted)" "$OUT/bin/orted"
cp -r "$LIBRARIES/openmpi/lib/openmpi3" "$OUT/openmpi/lib/"
rm -f "$OUT"/openmpi/lib/openmpi3/*_{ofi,ucx,psm,psm2,openib,rdmacm,usnic,portals4}.*   # one host has no fabric
cp -r /usr/share/openmpi "$OUT/openmpi/share"
cp -r "$LIBRARIES/pmix2/lib/pmix" "$OUT/pmix/lib/"
strip "$OUT"/bin/*
find "$OUT" -type f \( -path '*/bin/*' -o -name '*.so*' \) -exec ldd {} + 2>/dev/null \
  | awk '$2 == "=>" && $3 ~ /^\// {print $3}' | sort -u \
  | while read -r library; do
      [[ $(basename "$library") =~ $ELSEWHERE ]] || cp -L "$library" "$OUT/lib/"
    done

cat >"$OUT/env.sh" <<'ENV'
# Sourced: the bundle's programs on PATH, with the LibTorch of this machine's python3.
bundle=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
torch=$(python3 -c 'import importlib.util as u; print(u.find_spec("torch").submodule_search_locations[0])')
export PATH=$bundle/bin:$PATH
export LD_LIBRARY_PATH=$bundle/lib:$torch/lib$(printf ':%s' "$torch"/../nvidia/*/lib)
export OPAL_PREFIX=$bundle/openmpi OPAL_LIBDIR=$bundle/openmpi/lib OPAL_PKGDATADIR=$bundle/openmpi/share
export PMIX_INSTALL_PREFIX=$bundle/pmix
export OMPI_MCA_mca_base_component_path=$bundle/openmpi/lib/openmpi3
export PMIX_MCA_pcompress_base_silence_warning=1
export PMIX_MCA_mca_base_component_path=$bundle/pmix/lib/pmix
ENV
echo "$OUT: $(du -sh "$OUT" | cut -f1)"
