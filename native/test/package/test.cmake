# Copyright 2026 The TokenZip Authors
# SPDX-License-Identifier: Apache-2.0
#
# Installs the build BUILD, then configures, builds and runs the consumer against the installed tree
# alone, all under WORK.
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "expected '${ARGN}' to succeed, got ${result}:\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${WORK})
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/installed)
run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR} -B ${WORK}/build -G ${GENERATOR}
    -DCMAKE_PREFIX_PATH=${WORK}/installed)
run(${CMAKE_COMMAND} --build ${WORK}/build)
run(${WORK}/build/consumer)
if(NOT output STREQUAL "attention received: 0.375 0.625\n")
  message(FATAL_ERROR "expected the scores 0.375 and 0.625, got: ${output}")
endif()
