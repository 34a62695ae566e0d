# Copyright 2026 The TokenZip Authors
# SPDX-License-Identifier: Apache-2.0
#
# The library exports the functions of its headers and nothing else, and needs only what every
# machine with libtorch has.
cmake_minimum_required(VERSION 3.25)

function(run_tool output)
  execute_process(COMMAND ${ARGN} OUTPUT_VARIABLE text RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "expected '${ARGN}' to succeed, got ${result}")
  endif()
  set(${output} "${text}" PARENT_SCOPE)
endfunction()

file(GLOB headers ${HEADERS}/*.h)
set(header)
foreach(file IN LISTS headers)
  file(READ ${file} text)
  string(APPEND header "${text}")
endforeach()
string(REGEX MATCHALL "TKZ_API [^;]*tkz_[a-z0-9_]+\\(" declarations "${header}")
set(declared)
foreach(declaration IN LISTS declarations)
  string(REGEX REPLACE ".*(tkz_[a-z0-9_]+)\\($" "\\1" name "${declaration}")
  list(APPEND declared ${name})
endforeach()

run_tool(symbols ${NM} -D --defined-only ${LIBRARY})
string(REGEX MATCHALL "[^ \n]+\n" lines "${symbols}")
set(exported)
foreach(line IN LISTS lines)
  string(STRIP "${line}" name)
  list(APPEND exported ${name})
endforeach()

list(REMOVE_DUPLICATES declared)
list(SORT declared)
list(SORT exported)
if(NOT declared OR NOT declared STREQUAL exported)
  message(FATAL_ERROR "expected exports ${declared}, got ${exported}")
endif()

set(allowed libgomp.so.1 libstdc++.so.6 libm.so.6 libgcc_s.so.1 libc.so.6 libdl.so.2 libpthread.so.0
  librt.so.1 ld-linux-x86-64.so.2)
run_tool(dynamic ${READELF} -d ${LIBRARY})
string(REGEX MATCHALL "\\(NEEDED\\)[^\n]*" needed "${dynamic}")
foreach(line IN LISTS needed)
  string(REGEX REPLACE ".*\\[(.*)\\].*" "\\1" name "${line}")
  if(NOT name IN_LIST allowed AND NOT name MATCHES "^lib[au].san\\.so")
    message(FATAL_ERROR "expected only ${allowed}, got ${name}")
  endif()
endforeach()
