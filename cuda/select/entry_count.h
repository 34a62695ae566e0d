// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/ragged.h"

namespace tkz {

/// How many of at most `most` entries picture `image` has: what `counts` says, limited to what can
/// be, or without counts what the batch says.
TKZ_HOST_DEVICE inline int64_t entry_count(const Ragged& ragged, const int32_t* counts,
                                           int64_t image, int64_t most) {
  if (counts == nullptr) return ragged.picture(image, most).count;
  const int64_t count = counts[image];
  return count < 0 ? 0 : count < most ? count : most;
}

}  // namespace tkz
