#!/bin/bash
# How fast agpredict is: its networks beside PyTorch and ONNX Runtime, its detector beside dlib's Python, whole photos.
#
# usage: tests/bench/predict.sh [--quick] [--rounds N] [--parts networks,faces,photos] [--networks NAME,...]
#                               [--modes NAME,...] [--out FOLDER] [--work FOLDER]
#
# All contenders in turn: ours, each peer's modes, ours, … Writes docs/performance/predict.json and, made from it,
# predict.md; takes up to 15 minutes. --quick takes two, and writes them into the work folder: one round, and no
# torch.compile, which alone takes minutes to compile. Run it on a machine that does nothing else.
#
# Needs the Python of tests/interop/setup.sh (torch, timm, ONNX Runtime, dlib; or another, named by AG_PEER_PYTHON), dlib's
# landmark file of launch/setup.sh --landmarks, and photos in $AG_REAL_DATA/photos, else ../shared/data/photos. What isn't
# there is told and left out.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. launch/env.sh
export PYTHONDONTWRITEBYTECODE=1 PYTHONWARNINGS=ignore CUDA_VISIBLE_DEVICES=

if [ -z "${AG_PEER_PYTHON:-}" ]; then
  tests/interop/setup.sh
  AG_PEER_PYTHON=$(tests/interop/setup.sh --python)
fi
cmake --build build --target agprep agtrain agpredict bench_predict
exec "$AG_PEER_PYTHON" tests/bench/predict_compare.py "$@"
