// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The shape letters of a ragged batch.
#pragma once

#include "argument_check.h"

namespace tkz {

/// Fixes the letters of a ragged batch: B, its pictures, and o, the 1 that packed tensors have for
/// a batch dimension. Without one only o is fixed.
inline ArgumentCheck& check_ragged(ArgumentCheck& check, const tkz_ragged* ragged) {
  // max_tokens need not be the extent of anything here; '_' is no shape letter.
  return check.ragged(ragged, 'B', '_').fix('o', 1, "a tensor of all pictures");
}

}  // namespace tkz
