#!/usr/bin/env bash
# Copyright 2026 The TokenZip Authors
# SPDX-License-Identifier: Apache-2.0
#
# A timeline of one case, ours and published one after the other: who launches how much, and who
# waits.
#
#   bench/nsight/nsys.sh CASE [BATCH] [OUT_DIR]       cases: bench/gpu/one.py --help
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
case_name=${1:?a case, see bench/gpu/one.py --help}
batch=${2:-8}
out=${3:-$root/target/nsight}
library=${LIBRARY:-$root/target/cmake/gpu/native/libtokenzip.so}
mkdir -p "$out"
for side in "" --published; do
  report=$out/$case_name-b$batch${side:+-published}
  # shellcheck disable=SC2086
  nsys profile --trace cuda,nvtx,osrt --cuda-graph-trace node --sample none --force-overwrite true \
    --output "$report" "${PYTHON:-python3}" "$root/bench/gpu/one.py" --library "$library" \
    --case "$case_name" --batch "$batch" $side
  nsys stats --report nvtx_gpu_proj_sum,cuda_gpu_kern_sum,cuda_api_sum --format csv \
    --output "$report" "$report.nsys-rep" || true # reports differ between versions of nsys
done
ls -l "$out"
