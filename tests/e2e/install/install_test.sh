#!/bin/bash
# The installed tree stands alone: its programs, and a program of somebody else's built against it, run while the build
# folder and LibTorch's are out of sight.
# usage: install_test.sh SOURCE_DIR BUILD_DIR LIBTORCH_DIR...
set -euo pipefail
source=$1
away=()
for folder in "${@:2}"; do away+=("$(realpath "$folder")"); done
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/prefix
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1

fail() {
  echo "install_test: $*" >&2
  exit 1
}

# hidden COMMAND...  runs it where empty folders lie over the build folder and LibTorch's.
if unshare --mount --map-root-user true 2>/dev/null; then
  hidden() {
    unshare --mount --map-root-user sh -ec '
      count=$1; shift
      while [ "$count" -gt 0 ]; do mount -t tmpfs none "$1"; shift; count=$((count - 1)); done
      exec "$@"' sh ${#away[@]} "${away[@]}" "$@"
  }
else
  echo "install_test: mount namespaces aren't permitted here: only the loader's search is checked"
  hidden() { "$@"; }
fi

# Which files the loader opens is checked in any case.
check_loader() {
  local found
  found=$(LD_BIND_NOW=1 ldd "$1")
  ! grep 'not found' <<<"$found" || fail "$1 lacks a library"
  ! grep -F -f <(printf '%s\n' "${away[@]}") <<<"$found" || fail "$1 loads from outside of its prefix"
}

cmake --install "${away[0]}" --prefix "$prefix" >/dev/null
for program in "$prefix"/bin/*; do
  check_loader "$program"
  hidden "$program" --version
done

cp -r "$source/experiments" "$work/"
cd "$work"
export PATH=$prefix/bin:$PATH
hidden agprep sample --out faces --count 200 --seed 1
hidden agprep imdb --mat faces/imdb.mat --images faces --out data/quickstart
hidden mpirun --oversubscribe -np 2 agtrain experiments/quickstart.yaml train.epochs=1 train.global_batch_size=32
hidden agtrack list

cp -r "$here/consumer" consumer
hidden cmake -S consumer -B consumer/build -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_BUILD_TYPE=Release >/dev/null
hidden cmake --build consumer/build
check_loader consumer/build/consumer
hidden consumer/build/consumer
