#!/bin/bash
# Installs what building agtrain needs: Debian packages that are missing, and LibTorch in .deps/libtorch.
# Run it again at any time: what is there already is left alone.
set -euo pipefail

readonly TORCH_VERSION=2.11.0
readonly CUDA_TOOLKIT_VERSION=13.0.2   # the one that this torch wheel was built with
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly ROOT
readonly DEPS=$ROOT/.deps
readonly LIBTORCH=$DEPS/libtorch
readonly FACE_MODELS=$DEPS/face_models
readonly LOG=$DEPS/setup.log

# One package a word; what each is for stands in docs/guide/first_run.md.
readonly PACKAGES=(
  build-essential cmake ninja-build pkg-config ccache mold file
  openmpi-bin libopenmpi-dev ibverbs-providers
  libfmt-dev libspdlog-dev libcli11-dev nlohmann-json3-dev libyaml-cpp-dev
  libhdf5-dev hdf5-tools libmatio-dev libturbojpeg0-dev libxxhash-dev libzip-dev
  libsqlite3-dev libsqlitecpp-dev sqlite3 libcairo2-dev fonts-dejavu-core
  libonnx-dev libprotobuf-dev libhwy-dev libjemalloc-dev
  libdlib-dev libblas-dev liblapack-dev libjpeg-dev libexif-dev libpng-dev
  libgtest-dev libgmock-dev libbenchmark-dev
  ca-certificates unzip python3)

usage() {
  cat <<'TEXT'
usage: launch/setup.sh [--cpu | --cuda] [--no-packages] [--landmarks]

Installs the Debian packages that are missing (by sudo where you aren't root) and LibTorch in .deps/libtorch.

  --cpu          LibTorch without its CUDA libraries: 0.55 GB to download, 0.6 GB on disk; needs no GPU and no driver
  --cuda         with them. Beside an installed CUDA 13 toolkit with cuDNN and NCCL a little more is fetched than for
                 --cpu; without one, 2.6 GB more. The default is --cuda where a GPU is there, else --cpu
  --landmarks    fetches dlib's landmark files and its detector network too (100 MB), for agpredict, in .deps/face_models.
                 The landmarks were learnt from 300-W, whose terms forbid commercial use
  --no-packages  leaves Debian's packages alone: you installed them, or their like, yourself

A LibTorch of your own is used instead of the wheel when CMAKE_PREFIX_PATH names its folder:
  CMAKE_PREFIX_PATH=/opt/libtorch launch/setup.sh
A machine without internet takes the wheels from a folder:
  PIP_NO_INDEX=1 PIP_FIND_LINKS=/path/to/wheels launch/setup.sh
TEXT
}

say() { printf 'setup: %s\n' "$*"; }
fail() {
  printf 'setup: %s\n' "$*" >&2
  exit 1
}

# quietly LABEL COMMAND...  runs COMMAND with its output in the log, and shows on a terminal how long it has taken and,
# where WATCH names a folder, how much lies in it.
quietly() {
  local label=$1 began=$SECONDS pid status=0 size=''
  shift
  "$@" >>"$LOG" 2>&1 </dev/null &
  pid=$!
  trap 'kill "$pid" 2>/dev/null; exit 130' INT TERM   # a background command doesn't see Ctrl-C
  [ -t 1 ] || say "$label ..."
  while [ -t 1 ] && kill -0 "$pid" 2>/dev/null; do
    [ -z "${WATCH:-}" ] || size=", $(du -sm "$WATCH" 2>/dev/null | cut -f1) MB"
    printf '\r\033[Ksetup: %s ... %d s%s' "$label" $((SECONDS - began)) "$size"
    sleep 1
  done
  wait "$pid" || status=$?
  trap - INT TERM
  [ ! -t 1 ] || printf '\r\033[K'
  [ "$status" -ne 0 ] || say "$label: done in $((SECONDS - began)) s"
  return "$status"
}

# --- Debian packages ------------------------------------------------------------------------------

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    env DEBIAN_FRONTEND=noninteractive "$@"
  else
    sudo env DEBIAN_FRONTEND=noninteractive "$@"
  fi
}

missing_packages() {
  local wanted=("${PACKAGES[@]}") package
  python3 -m pip --version >/dev/null 2>&1 || wanted+=(python3-pip)
  for package in "${wanted[@]}"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
  done
}

# What apt-get says it would fetch and fill, as "171 MB to download, 705 MB on disk".
size_of_packages() {
  { LC_ALL=C apt-get install --no-install-recommends --assume-no "$@" 2>/dev/null || true; } \
    | sed -n -e 's/^Need to get \(.* [kMG]B\) .*/\1 to download/p' \
             -e 's/^After this operation, \(.* [kMG]B\) of .*/, \1 on disk/p' \
    | tr -d '\n'
}

install_packages() {
  local missing
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    fail "this isn't a Debian with apt-get. Install the like of these, then run launch/setup.sh --no-packages:" \
         "${PACKAGES[*]}"
  fi
  mapfile -t missing < <(missing_packages)
  if [ ${#missing[@]} -eq 0 ]; then
    say "Debian packages: all there"
    return
  fi
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "you aren't root and sudo isn't there. Have root install: ${missing[*]}"
    sudo -v || fail "sudo was refused. Have root install: ${missing[*]}"
  fi
  # A broken source that we don't need is no reason to give up.
  quietly "reading the package lists" as_root apt-get update || say "apt-get update complained, see $LOG; going on"
  say "Debian packages that are missing: ${missing[*]}"
  quietly "installing ${#missing[@]} packages ($(size_of_packages "${missing[@]}"))" \
          as_root apt-get install -y --no-install-recommends "${missing[@]}" \
    || fail "apt-get couldn't install them: is there a network? $LOG ends with: $(tail -n 3 "$LOG")"
}

# --- LibTorch -------------------------------------------------------------------------------------

gpu_is_there() { [ -e /dev/nvidia0 ] || nvidia-smi -L >/dev/null 2>&1; }

# The folder in CMAKE_PREFIX_PATH that holds a LibTorch; nothing where none does.
own_libtorch() {
  local prefix prefixes
  IFS=':;' read -ra prefixes <<<"${CMAKE_PREFIX_PATH:-}"
  for prefix in "${prefixes[@]}"; do
    [ ! -e "$prefix/include/ATen/ATen.h" ] || { echo "$prefix"; return; }
  done
}

# The first of the files that exists; nothing, and false, where none does.
first_of() {
  local file
  for file in "$@"; do
    [ ! -e "$file" ] || { echo "$file"; return; }
  done
  return 1
}

find_nvcc() { command -v nvcc || first_of /usr/local/cuda/bin/nvcc "$1/nvidia/cu13/bin/nvcc"; }
find_nccl_header() {
  first_of {"${CUDA_HOME:-/usr/local/cuda}",/usr/local,/usr}/include/nccl.h "$1/nvidia/nccl/include/nccl.h"
}

# missing_libraries LIBRARY...  what these ask for and neither LibTorch's folders nor the system have
missing_libraries() { ldd "$@" 2>/dev/null | awk '/not found/ && $1 !~ /^libcuda\.so/ {print $1}' | sort -u; }

# The wheels that bring the named libraries, for pip.
wheels_of() {
  local extras='' library
  for library in "$@"; do
    case $library in
      libcublas*) extras+=,cublas ;;
      libcufft*) extras+=,cufft ;;
      libcufile*) extras+=,cufile ;;
      libcurand*) extras+=,curand ;;
      libcusolver*) extras+=,cusolver ;;
      libcusparseLt*) echo nvidia-cusparselt-cu13==0.8.0 ;;
      libcusparse*) extras+=,cusparse ;;
      libnvJitLink*) extras+=,nvjitlink ;;
      libnvrtc*) extras+=,nvrtc ;;
      libcudnn*) echo nvidia-cudnn-cu13==9.19.0.56 ;;
      libnccl* | nccl.h) echo nvidia-nccl-cu13==2.28.9 ;;
      libnvshmem*) echo nvidia-nvshmem-cu13==3.4.5 ;;
      nvcc) printf '%s\n' 'nvidia-cuda-nvcc==13.0.*' 'nvidia-cuda-crt==13.0.*' 'nvidia-nvvm==13.0.*' ;;
      *) fail "LibTorch asks for $library, which no known wheel brings; install it and run launch/setup.sh again" ;;
    esac
  done
  [ -z "$extras" ] || echo "cuda-toolkit[${extras#,}]==$CUDA_TOOLKIT_VERSION"
}

# download TREE LABEL PIP_ARGUMENTS...  into TREE/wheels. The wheels are for CPython 3.11 whatever Python runs here, as
# nothing in them is ever run by Python. TMPDIR, for /tmp may be too small for half a gigabyte.
download() {
  local tree=$1 label=$2 platform platforms=()
  shift 2
  for platform in manylinux_2_28 manylinux_2_27 manylinux_2_25 manylinux_2_17 manylinux2014 manylinux2010; do
    platforms+=(--platform "${platform}_x86_64")
  done
  mkdir -p "$tree/tmp" "$tree/wheels"
  WATCH=$tree TMPDIR=$tree/tmp quietly "$label" python3 -m pip download --dest "$tree/wheels" --no-cache-dir \
    --disable-pip-version-check --python-version 3.11 --implementation cp --abi cp311 --abi none "${platforms[@]}" \
    --only-binary=:all: "$@" \
    || fail "the download failed: is there a network? Without one, see launch/setup.sh --help." \
            "$LOG ends with: $(tail -n 3 "$LOG")"
}

# A pattern that a wheel has nothing for is no error (11 says that).
extract() { unzip -q -o "$@" || [ $? -eq 11 ]; }

# unpack TREE WHEEL PATTERN...  and forget the wheel, to keep the disk's peak low
unpack() {
  local tree=$1 wheel=$2 name
  shift 2
  name=$(basename "$wheel" | cut -d- -f1,2)
  quietly "unpacking $name" extract "$wheel" "$@" -d "$tree" \
    || fail "$name couldn't be unpacked: is the disk full? $LOG ends with: $(tail -n 3 "$LOG")"
  rm -f "$wheel"
}

# unpack_companions TREE PATTERN...
unpack_companions() {
  local tree=$1 wheel
  shift
  for wheel in "$tree"/wheels/nvidia_*.whl; do
    [ ! -e "$wheel" ] || unpack "$tree" "$wheel" "$@" -x '*.py' '*_static*.a'
  done
  rm -rf "$tree/wheels"
}

# What LibTorch's CUDA libraries and our build ask for, and neither TREE nor the system has.
missing_cuda_parts() {
  missing_libraries "$1"/torch/lib/libtorch_cuda.so "$1"/torch/lib/libtorch_cuda_linalg.so
  find_nccl_header "$1" >/dev/null || echo nccl.h
  find_nvcc "$1" >/dev/null || echo nvcc
}

fetch_missing_cuda() {
  local tree=$1 missing wheels
  for _ in 1 2 3; do   # a library that has come may ask for another
    mapfile -t missing < <(missing_cuda_parts "$tree")
    [ ${#missing[@]} -gt 0 ] || return 0
    say "CUDA parts that the system lacks: ${missing[*]}"
    wheels=$(wheels_of "${missing[@]}")
    mapfile -t wheels <<<"$wheels"
    download "$tree" "fetching them" "${wheels[@]}"
    unpack_companions "$tree" 'nvidia/*'
  done
}

fetch_libtorch() {
  local size=$1 missing libraries=(torch/lib/libc10.so torch/lib/libtorch_cpu.so 'torch/lib/libgomp*')
  local companions=('nvidia/*/lib/libcudart.so*' 'nvidia/*/lib/libcupti.so*')
  [ "$(uname -m)" = x86_64 ] \
    || fail "the wheel is for x86-64, this is $(uname -m). Name a LibTorch of your own by CMAKE_PREFIX_PATH."
  [ "$size" = cpu ] || { libraries=('torch/lib/*.so*'); companions=('nvidia/*'); }
  tree=$DEPS/libtorch.$$   # not local: the trap reads it after the function has returned
  trap 'rm -rf "$tree"' EXIT
  rm -rf "$tree"
  download "$tree" "fetching LibTorch $TORCH_VERSION (0.55 GB)" --no-deps \
           "torch==$TORCH_VERSION" 'nvidia-cuda-runtime==13.0.*' 'nvidia-cuda-cupti==13.0.*'
  unpack "$tree" "$tree"/wheels/torch-*.whl 'torch/include/*' "${libraries[@]}" 'torch-*.dist-info/licenses/*' \
         -x 'torch/lib/libtorch_python.so' 'torch/lib/libshm*'
  mv "$tree"/torch-*.dist-info/licenses "$tree/torch/licenses"
  rm -rf "$tree"/torch-*.dist-info
  unpack_companions "$tree" "${companions[@]}"
  [ "$size" = cpu ] || fetch_missing_cuda "$tree"
  rm -rf "$tree/tmp"
  missing=$(missing_libraries "$tree/torch/lib/libtorch_cpu.so")
  [ -z "$missing" ] || fail "LibTorch can't be loaded here, it lacks: $missing"
  echo "$TORCH_VERSION" >"$tree/VERSION"

  rm -rf "$DEPS/libtorch.old"
  [ ! -e "$LIBTORCH" ] || mv "$LIBTORCH" "$DEPS/libtorch.old"
  mv "$tree" "$LIBTORCH"
  rm -rf "$DEPS/libtorch.old"
}

libtorch_is_there() {
  [ "$(cat "$LIBTORCH/VERSION" 2>/dev/null)" = "$TORCH_VERSION" ] || return 1
  [ "$1" = cpu ] || [ -e "$LIBTORCH/torch/lib/libtorch_cuda.so" ]
}

install_libtorch() {
  local size=$1 own
  own=$(own_libtorch)
  if [ -n "$own" ]; then
    say "LibTorch: yours, in $own"
    return
  fi
  exec 9>"$DEPS/.lock"
  flock 9   # two set-ups at once: the second waits and finds it done
  libtorch_is_there "$size" || fetch_libtorch "$size"
  say "LibTorch $TORCH_VERSION ($size): in $LIBTORCH, $(du -shL "$LIBTORCH" | cut -f1)"
}

# --- dlib's files for faces ------------------------------------------------------------------------

# Python's packager fetches them; nothing of Python is needed to use them.
fetch_face_models() {
  local name
  tree=$DEPS/face_models.$$   # not local: the trap reads it after the function has returned
  trap 'rm -rf "$tree"' EXIT
  mkdir -p "$tree/tmp"
  WATCH=$tree TMPDIR=$tree/tmp quietly "fetching dlib's files for faces (100 MB)" python3 -m pip download \
    --dest "$tree/tmp" --no-cache-dir --disable-pip-version-check --no-deps --no-binary=:all: face_recognition_models==0.3.0 \
    || fail "the download failed: is there a network? $LOG ends with: $(tail -n 3 "$LOG")"
  for name in shape_predictor_{5,68}_face_landmarks.dat mmod_human_face_detector.dat; do
    tar -xzf "$tree"/tmp/face_recognition_models-*.tar.gz -C "$tree" --strip-components=3 --wildcards "*/models/$name" \
      || fail "$name couldn't be unpacked: is the disk full?"
  done
  rm -rf "$tree/tmp"
  mv "$tree" "$FACE_MODELS"
}

install_face_models() {
  [ -e "$FACE_MODELS" ] || fetch_face_models
  say "dlib's files for faces: in $FACE_MODELS. The landmark files were learnt from 300-W: not for commercial use."
}

main() {
  local size='' packages=yes landmarks=no
  while [ $# -gt 0 ]; do
    case $1 in
      --cpu | --cuda) size=${1#--} ;;
      --no-packages) packages=no ;;
      --landmarks) landmarks=yes ;;
      -h | --help) usage; exit 0 ;;
      *) usage >&2; exit 2 ;;
    esac
    shift
  done
  [ -n "$size" ] || { gpu_is_there && size=cuda || size=cpu; }
  mkdir -p "$DEPS"
  date >"$LOG"
  [ "$packages" = no ] || install_packages
  install_libtorch "$size"
  [ $landmarks = no ] || install_face_models
  say "ready. In each shell that runs the programs, once:"
  echo "  . $ROOT/launch/env.sh"
}

main "$@"
