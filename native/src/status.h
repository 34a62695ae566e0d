// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// How a call fails: a status to return and one sentence the calling thread can ask for.
#pragma once

#include <cstdint>

#include "tokenzip/tokenzip.h"

namespace tkz {

/// Formats this thread's error sentence and returns `status`. Too long a sentence is cut.
int32_t fail(tkz_status status, const char* format, ...) __attribute__((format(printf, 2, 3)));

/// The sentence of the last fail() on this thread; empty before the first.
const char* last_error();

/// Remembers a cudaError_t for tkz_last_cuda_error().
void set_last_cuda_error(int error);
int last_cuda_error();

}  // namespace tkz
