#!/bin/sh
# Copyright 2026 The TokenZip Authors
# SPDX-License-Identifier: Apache-2.0
#
# usage: barrier_mutation.sh [FOLDER]
#
# Shows that no barrier of the kernels is there in vain and that the emulation notices when one is
# missing: deletes every syncthreads() and cp_async_wait() in turn in a copy of the sources (made in
# FOLDER, by default a new temporary one), rebuilds the emulated tests and runs them. Prints a line
# per barrier; fails when the tests pass without one of them.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=${1:-$(mktemp -d)}
barrier='^[^/]*(syncthreads\(\)|cp_async_wait<[0-9]+>\(\));'

mkdir -p "$folder"
cp -R "$root/cmake" "$root/cuda" "$root/native" "$folder"
cmake -G Ninja -S "$folder/cmake" -B "$folder/build" -DTOKENZIP_EMULATION=ON > "$folder/log" 2>&1
tests() {
  cmake --build "$folder/build" -j2 --target emulated_kernel_tests &&
    ctest --test-dir "$folder/build" -R '^emulated_' --timeout 300 --stop-on-failure
}
tests >> "$folder/log" 2>&1 || { echo "expected the tests to pass unchanged, see $folder/log"; exit 2; }

cd "$folder/cuda"
grep -EnH "$barrier" common/reduce.cuh assign/*.cuh merge/*.cuh score/*.cuh select/*.cuh \
  > ../barriers
missed=0
while IFS=: read -r file line text; do
  sed -E "${line}s/(syncthreads\(\)|cp_async_wait<[0-9]+>\(\));/(void)0;/" "$root/cuda/$file" > "$file"
  cmake --build ../build -j2 --target emulated_kernel_tests >> ../log 2>&1 ||
    { echo "expected $file to compile without line $line, see $folder/log"; exit 2; }
  if tests >> ../log 2>&1; then
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
