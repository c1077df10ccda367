#!/bin/bash
# Makes the virtual environment of the peers that tests/interop and tests/bench compare with: PyTorch, torchvision, timm,
# Keras and ONNX Runtime, each in a pinned version. Run it again at any time: what is there already is left alone.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
readonly requirements=$here/requirements.txt

usage() {
  cat <<'TEXT'
usage: tests/interop/setup.sh [--check | --python | DIR]

Makes the peers' virtual environment in DIR, by default .deps/peers: 3 GB to download, 5 GB on disk, as PyPI's torch for
Linux brings CUDA with it. Where AG_PEER_PYTHON names a Python, that one serves instead, if it has them all.

  --check   makes nothing: prints what is missing, and fails where something is
  --python  prints the path of the Python that serves
TEXT
}

fail() {
  printf 'peers: %s\n' "$*" >&2
  exit 1
}

# missing_from PYTHON  what this Python lacks of the requirements or has in another version
missing_from() {
  [ -x "$1" ] || { echo "$1 isn't there"; return; }
  "$1" - "$requirements" <<'PYTHON'
import sys
from importlib import metadata

for line in open(sys.argv[1]):
    name, _, wanted = line.partition("#")[0].strip().partition("==")
    if not name:
        continue
    try:
        found = metadata.version(name).partition("+")[0]
    except metadata.PackageNotFoundError:
        found = "none"
    if found != wanted:
        print(f"{name} {wanted} is wanted, {found} found")
PYTHON
}

peers=$root/.deps/peers
python=${AG_PEER_PYTHON:-$peers/bin/python}
case ${1:-} in
  -h | --help) usage; exit 0 ;;
  --python) echo "$python"; exit 0 ;;
  --check)
    missing=$(missing_from "$python")
    [ -z "$missing" ] || { echo "$missing"; exit 1; }
    exit 0 ;;
  -*) usage >&2; exit 2 ;;
  ?*) peers=$1 python=$1/bin/python ;;
  *)
    if [ -n "${AG_PEER_PYTHON:-}" ]; then
      missing=$(missing_from "$python")
      [ -z "$missing" ] || fail "AG_PEER_PYTHON won't do: $missing"
      echo "peers: all there, in $python"
      exit 0
    fi ;;
esac

parent=$(dirname "$peers")
log=$parent/peers.log
mkdir -p "$parent"
exec 9>"$parent/.peers.lock"
flock 9   # two set-ups at once: the second waits and finds it done
if [ -z "$(missing_from "$python")" ]; then
  echo "peers: all there, in $peers"
  exit 0
fi

echo "peers: fetching PyTorch, torchvision, timm, Keras and ONNX Runtime into $peers (3 GB, some minutes) ..."
mkdir -p "$peers/tmp"   # /tmp may be too small for what pip unpacks
{ python3 -m venv "$peers" \
    && TMPDIR=$peers/tmp "$python" -m pip install --no-cache-dir --disable-pip-version-check -r "$requirements"
} >"$log" 2>&1 || fail "that failed: is there a network, and python3-venv? $log ends with: $(tail -n 3 "$log")"
rm -rf "$peers/tmp"
echo "peers: ready, in $peers, $(du -sh "$peers" | cut -f1)"
