#!/bin/sh
# Copyright 2026 The TokenZip Authors
# SPDX-License-Identifier: Apache-2.0
#
# usage: barrier_mutation.sh [FOLDER [FILE...]]
#
# Shows that no barrier of the kernels is there in vain and that the emulation notices when one is
# missing: deletes every syncthreads() and cp_async_wait() in turn in a copy of the sources (made in
# FOLDER, by default a new temporary one), rebuilds the emulated tests and runs them, those of the
# kernel's own folder first. Prints a line per barrier; fails when the tests pass without one of
# them. FILEs, such as pool/relevance.cuh, are all that have barriers unless given; half an hour then
# on two cores.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=${1:-$(mktemp -d)}
[ $# -eq 0 ] || shift
barrier='^[^/]*(syncthreads\(\)|cp_async_wait<[0-9]+>\(\));'

mkdir -p "$folder"
cp -R "$root/cmake" "$root/cuda" "$root/native" "$folder"
cmake -G Ninja -S "$folder/cmake" -B "$folder/build" -DTOKENZIP_EMULATION=ON > "$folder/log" 2>&1
build() { cmake --build "$folder/build" -j2 --target emulated_kernel_tests >> "$folder/log" 2>&1; }
tests() {
  ctest --test-dir "$folder/build" "$@" --timeout 300 --stop-on-failure >> "$folder/log" 2>&1
}
# The tests that see a folder's kernels most directly.
nearest() {
  case $1 in
    assign/*) echo 'emulated_(cosine|merge_members)' ;;
    ficoco/*) echo 'emulated_ficoco' ;;
    pool/*) echo 'emulated_(prompt_pool_3d|relevance)' ;;
    score/*) echo 'emulated_(attention|cls_logits|row_operators|greedy)' ;;
    select/visionzip*) echo 'emulated_visionzip_select' ;;
    select/*) echo 'emulated_(selection|greedy)' ;;
    *) echo 'emulated_(row_operators|selection)' ;;
  esac
}
{ build && tests -R '^emulated_'; } ||
  { echo "expected the tests to pass unchanged, see $folder/log"; exit 2; }

cd "$folder/cuda"
[ $# -gt 0 ] || set -- common/reduce.cuh assign/*.cuh ficoco/*.cuh merge/*.cuh pool/*.cuh score/*.cuh select/*.cuh
grep -EnH "$barrier" "$@" > ../barriers
missed=0
while IFS=: read -r file line text; do
  sed -E "${line}s/(syncthreads\(\)|cp_async_wait<[0-9]+>\(\));/(void)0;/" "$root/cuda/$file" > "$file"
  build || { echo "expected $file to compile without line $line, see $folder/log"; exit 2; }
  near=$(nearest "$file")
  if tests -R "^$near" && tests -R '^emulated_' -E "^$near"; then
    verdict=missed
    missed=$((missed + 1))
  else
    verdict=caught
  fi
  printf '%-8s%s:%s  %s\n' "$verdict" "$file" "$line" "$(echo "$text" | sed -E 's/^ +//')"
  cp "$root/cuda/$file" "$file"
done < ../barriers
echo "$(wc -l < ../barriers) barriers, $missed missed"
[ "$missed" -eq 0 ]
