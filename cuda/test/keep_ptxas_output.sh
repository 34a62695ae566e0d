#!/bin/sh
# Copyright 2026 The TokenZip Authors
# SPDX-License-Identifier: Apache-2.0
#
# Compiler launcher: runs the command it is given, keeps ptxas's resource report in OBJECT.ptxas and
# passes on everything else the compiler says.
object=
previous=
for argument; do
  [ "$previous" = -o ] && object=$argument
  previous=$argument
done
messages=$("$@" 2>&1)
status=$?
report='ptxas info|bytes stack frame|Used [0-9]+ registers|Compile time ='
if [ -n "$object" ]; then
  printf '%s\n' "$messages" | grep -E "$report" > "$object.ptxas"
fi
printf '%s\n' "$messages" | grep -Ev "$report|^$" >&2
exit $status
