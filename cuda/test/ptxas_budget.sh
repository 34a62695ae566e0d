#!/bin/sh
# Copyright 2026 The TokenZip Authors
# SPDX-License-Identifier: Apache-2.0
#
# usage: ptxas_budget.sh FOLDER ARCHITECTURE...
#
# Reads every *.ptxas report under FOLDER (see keep_ptxas_output.sh), prints the registers of each
# kernel on each architecture and fails when a kernel spills registers, was not compiled for one of
# the architectures, or when there is no report at all.
folder=$1
shift
demangle=cat
command -v c++filt > /dev/null && demangle=c++filt
find "$folder" -name '*.ptxas' -exec cat {} + | awk -v wanted="$*" -v quote="'" '
  /Compiling entry function/ {
    split($0, part, quote)
    kernel = part[2]
    arch = part[4]
    kernels[kernel] = 1
  }
  /bytes spill stores/ {
    if ($5 + $9 > 0) spills[kernel] = spills[kernel] " " arch " stores " $5 " and loads " $9 " bytes;"
  }
  /Used [0-9]+ registers/ {
    match($0, /Used [0-9]+/)
    registers[kernel, arch] = substr($0, RSTART + 5, RLENGTH - 5)
  }
  END {
    archs = split(wanted, name, " ")
    line = ""
    for (a = 1; a <= archs; ++a) line = line sprintf("%8s", name[a])
    print line "  registers per thread of"
    for (kernel in kernels) {
      ++count
      line = ""
      for (a = 1; a <= archs; ++a) {
        used = registers[kernel, name[a]]
        if (used == "") { used = "-"; missing = 1 }
        line = line sprintf("%8s", used)
      }
      print line "  " kernel
      if (kernel in spills) { print "SPILLS:" spills[kernel] " " kernel; failed = 1 }
    }
    if (count == 0) { print "expected ptxas reports, found none"; failed = 1 }
    if (missing) { print "expected every kernel on every architecture, - marks what is missing"; failed = 1 }
    exit failed
  }' > "$folder/ptxas_budget.txt"
status=$?
$demangle < "$folder/ptxas_budget.txt"
exit $status
