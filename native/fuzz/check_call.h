// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// A call of an operator, made twice: as drawn, in memory of any layout and alignment and now and
// then with an argument damaged, and once more in plain contiguous memory. It returns a status with
// a sentence or leaves the same result both times, or the program ends; memory errors are
// AddressSanitizer's to see.
#pragma once

#include "call.h"

namespace fuzz {

enum class Outcome {
  kRefused,   ///< or not called at all
  kComputed,  ///< something, in both layouts
  kEmpty,     ///< the same of several pictures where a tensor had no elements and no memory
};

[[noreturn]] void fail(const char* name, const char* what);

/// `left_out`: a letter whose extent is 0, or 0.
Outcome check_call(tkz_ctx* ctx, const Operator& op, const Bytes& content, const Bytes& layout,
                   char left_out = 0);

/// A context on `backend` with two threads; it lives as long as the program.
tkz_ctx* context_on(int32_t backend);

}  // namespace fuzz
