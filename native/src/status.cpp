// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "status.h"

#include <cstdarg>
#include <cstdio>

namespace tkz {
namespace {

// No destructors: the text outlives every other thread-local object of a thread that is ending.
thread_local char text[512];
thread_local int cuda_error;

}  // namespace

int32_t fail(tkz_status status, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  return status;
}

const char* last_error() { return text; }

void set_last_cuda_error(int error) { cuda_error = error; }

int last_cuda_error() { return cuda_error; }

}  // namespace tkz
