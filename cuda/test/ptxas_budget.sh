#!/bin/sh
# Copyright 2026 The TokenZip Authors
# SPDX-License-Identifier: Apache-2.0
#
# usage: ptxas_budget.sh [--update] TABLE NVCC FOLDER ARCHITECTURE...
#
# Reads every *.ptxas report under FOLDER (see keep_ptxas_output.sh), prints the registers of each
# kernel on each architecture, and compares them with TABLE, which was written by release NVCC of
# the compiler: a kernel that spills, uses over 10 % more registers than the table says, is not in
# it, is only in it, or was not compiled for every architecture fails. Another release of the
# compiler is held to the rule on spills alone. --update writes the table instead.
update=false
if [ "$1" = --update ]; then
  update=true
  shift
fi
table=$1
nvcc=$2
folder=$3
shift 3

measured=$folder/ptxas_registers.txt
find "$folder" -name '*.ptxas' -exec cat {} + | c++filt | awk -v wanted="$*" -v nvcc="$nvcc" -v quote="'" '
  /Compiling entry function/ {
    split($0, part, quote)
    kernel = part[2]
    arch = part[4]
  }
  /bytes spill stores/ {
    if ($5 + $9 > 0) spills[kernel] = spills[kernel] " " arch " stores " $5 " and loads " $9 " bytes;"
  }
  /Used [0-9]+ registers/ {
    match($0, /Used [0-9]+/)
    used = substr($0, RSTART + 5, RLENGTH - 5)
    name = kernel
    sub(/^void /, "", name)
    gsub(/tkz::cuda::|tkz::|\(.*$/, "", name)
    names[name] = 1
    if (used + 0 > registers[name, arch] + 0) registers[name, arch] = used
  }
  END {
    archs = split(wanted, arch_name, " ")
    print "# Registers per thread; nvcc " nvcc
    line = ""
    for (a = 1; a <= archs; ++a) line = line sprintf("%8s", arch_name[a])
    print line "  kernel"
    for (name in names) {
      line = ""
      for (a = 1; a <= archs; ++a) {
        used = registers[name, arch_name[a]]
        line = line sprintf("%8s", used == "" ? "-" : used)
      }
      print line "  " name | "LC_ALL=C sort -k " archs + 1
    }
    close("LC_ALL=C sort -k " archs + 1)
    for (kernel in spills) print "SPILLS:" spills[kernel] " " kernel
  }' > "$measured"
cat "$measured"

if grep '^SPILLS:' "$measured"; then
  echo "expected no register spills"
  exit 1
fi
if ! sed 1,2d "$measured" | grep -q .; then
  echo "expected ptxas reports under $folder, found none"
  exit 1
fi
if sed 1,2d "$measured" | grep -qE '^ .* -( |$)'; then
  echo "expected every kernel on every architecture, - marks what is missing"
  exit 1
fi
if $update; then
  cp "$measured" "$table"
  exit 0
fi
if [ "$(head -2 "$table")" != "$(head -2 "$measured")" ]; then
  echo "the table is of another compiler release or other architectures: registers are not compared"
  exit 0
fi
awk '
  FNR <= 2 { archs = split($0, arch, " ") - 1; next }
  { name = ""; for (i = archs + 1; i <= NF; ++i) name = name " " $i }
  FNR == NR { for (i = 1; i <= archs; ++i) budget[name, i] = $i; known[name] = 1; next }
  !(name in known) { print "expected in the table, got a new kernel:" name; failed = 1; next }
  {
    seen[name] = 1
    for (i = 1; i <= archs; ++i) {
      if ($i > 1.1 * budget[name, i]) {
        print "expected at most 10 % over " budget[name, i] " registers on " arch[i] ", got " $i ":" name
        failed = 1
      }
    }
  }
  END {
    for (name in known) if (!(name in seen)) { print "in the table, but compiled no more:" name; failed = 1 }
    exit failed
  }' "$table" "$measured" && exit 0
echo "If that is meant: sh cuda/test/ptxas_budget.sh --update $table $nvcc $folder $*"
exit 1
