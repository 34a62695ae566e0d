// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The rules that decide which token goes where, as arithmetic that host and device share: whoever
// follows them picks the same indices from the same scores.
#pragma once

#include <cstdint>
#include <cstring>

#include "common/ragged.h"
#include "visionzip_arguments.h"

namespace tkz {

/// Orders floats as unsigned integers: a < b exactly when ordered_key(a) < ordered_key(b). -0
/// equals +0, positive NaN sorts above +infinity, negative NaN below -infinity.
TKZ_HOST_DEVICE inline uint32_t ordered_key(float value) {
  const float unsigned_zero = value + 0.0f;
  uint32_t bits;
  memcpy(&bits, &unsigned_zero, sizeof bits);
  return (bits & 0x80000000u) ? ~bits : bits | 0x80000000u;
}

/// Distance between contextual targets in a list of `rest` tokens of which `target` become targets:
/// target i is rest[i * stride].
TKZ_HOST_DEVICE inline int64_t target_stride(int64_t rest, int64_t target) {
  return target > 0 && rest > target ? rest / target : 1;
}

/// What a budget means for sequences of `tokens` positions (METHODS: VisionZip, steps 2 to 5): it
/// is limited to what is there, and without a target the remaining tokens are dropped, not merged.
TKZ_HOST_DEVICE inline VisionZipCounts visionzip_counts(int64_t dominant, int64_t contextual,
                                                        int64_t tokens) {
  VisionZipCounts counts;
  counts.dominant = dominant < tokens ? dominant : tokens;
  const int64_t rest = tokens - counts.dominant;
  counts.target = contextual < rest ? contextual : rest;
  counts.merged = counts.target > 0 ? rest - counts.target : 0;
  return counts;
}

}  // namespace tkz
