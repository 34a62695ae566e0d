# Enables CUDA where there is an nvcc that the kernels can be compiled with.
set(TOKENZIP_CUDA_TOOLKIT 13.0)

# Sets `problem` to one sentence that says why CUDA cannot be compiled; empty when it can.
function(tokenzip_find_nvcc problem)
  set(expected "CUDA sources need nvcc ${TOKENZIP_CUDA_TOOLKIT} or newer on the PATH")
  if(NOT CMAKE_CUDA_COMPILER)
    unset(CMAKE_CUDA_COMPILER CACHE) # or an nvcc installed since would not be found
  endif()
  include(CheckLanguage)
  check_language(CUDA)
  if(NOT CMAKE_CUDA_COMPILER)
    set(${problem} "${expected}, none was found that works." PARENT_SCOPE)
    return()
  endif()
  execute_process(COMMAND ${CMAKE_CUDA_COMPILER} --version OUTPUT_VARIABLE banner ERROR_QUIET)
  string(REGEX MATCH "release ([0-9]+\\.[0-9]+)" release "${banner}")
  if(CMAKE_MATCH_1 VERSION_LESS TOKENZIP_CUDA_TOOLKIT)
    set(${problem} "${expected}, got ${CMAKE_MATCH_1} (${CMAKE_CUDA_COMPILER})." PARENT_SCOPE)
    unset(CMAKE_CUDA_COMPILER CACHE)
  else()
    set(${problem} "" PARENT_SCOPE)
  endif()
endfunction()
