#!/bin/bash
# cpack makes two Debian packages that hold what they should and say what they need.
# usage: package_test.sh BUILD_DIR
set -euo pipefail
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "package_test: $*" >&2
  exit 1
}
# holds PACKAGE PATH...
holds() {
  local listing path
  listing=$(dpkg-deb -c "$1" | awk '{print $6}')
  for path in "${@:2}"; do
    grep -qxF "./usr/$path" <<<"$listing" || fail "$(basename "$1") lacks $path"
  done
}

cpack -G DEB --config "$build/CPackConfig.cmake" -B "$work" >"$work/log" 2>&1 || { cat "$work/log"; fail "cpack failed"; }
runtime=$(echo "$work"/agtrain_*.deb)
development=$(echo "$work"/agtrain-dev_*.deb)

holds "$runtime" bin/agprep bin/agtrain bin/agtrack lib/agtrain/libtorch_cpu.so lib/agtrain/libc10.so share/agtrain/env.sh
holds "$development" lib/cmake/agtrain/agtrainConfig.cmake include/agtrain/framework/core/error.h \
      include/agtrain/libtorch/ATen/ATen.h lib/libag_core.a
dpkg-deb -I "$runtime" | tee "$work/control"
for library in libopenmpi3 libhdf5-103-1 libsqlite3-0 libc6 openmpi-bin; do
  grep -q "Depends: .*$library" "$work/control" || fail "agtrain doesn't say that it needs $library"
done
