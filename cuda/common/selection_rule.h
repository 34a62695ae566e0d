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

/// The counts of one picture of a call.
template <typename Args>
TKZ_HOST_DEVICE VisionZipCounts counts_of(const Args& args, const Picture& picture) {
  if (args.ragged.offsets == nullptr) return args.counts;
  return visionzip_counts(args.budget.dominant, args.budget.contextual, picture.count);
}

/// The arguments of one picture: tokens and counts are its own, every pointer is moved to what is
/// its own. (The room that lists have, and the length of rows of logits, stay those of the batch.)
TKZ_HOST_DEVICE inline VisionZipSelectArgs picture_of(VisionZipSelectArgs args, int64_t image) {
  const Picture picture = args.ragged.picture(image, args.tokens);
  const VisionZipCounts room = args.counts;
  const int64_t cls = args.has_cls ? 1 : 0;
  const int64_t start = args.ragged.start(image, picture, args.tokens, 1);
  const bool is_ragged = args.ragged.offsets != nullptr;
  args.lists.dominant += image * room.dominant;
  args.lists.target += image * room.target;
  args.lists.merged += image * room.merged;
  args.lists.assign += image * room.merged;
  if (args.lists.member_offset != nullptr) args.lists.member_offset += image * (room.target + 1);
  args.lists.member += image * room.merged;
  args.lists.scores += image * (args.tokens - cls);
  args.lists.non_finite += image;
  args.key_mean += start * args.dim;
  if (args.logits != nullptr) args.logits += is_ragged ? start : start * args.heads;
  if (args.scores_in != nullptr) {
    args.scores_in += is_ragged ? start + cls : image * args.scores_in_stride_batch;
  }
  args.counts = counts_of(args, picture);
  args.tokens = picture.count;
  args.has_cls &= picture.count > 0;
  return args;
}

}  // namespace tkz
