// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu/token_lists.h"

#include <algorithm>

#include "common/selection_rule.h"

namespace tkz::cpu {

void split_tokens(const Kernels& kernels, const VisionZipSelectArgs& args) {
  const VisionZipCounts& counts = args.counts;
  const float* scores = args.lists.scores;
  const int64_t cls = args.has_cls ? 1 : 0;
  const int64_t patches = args.tokens - cls;
  const int64_t kept = counts.dominant - cls;
  TopScores top = {~0u, 0};
  if (kept > 0) top = kernels.top_scores(scores, patches, kept);

  const int64_t stride = target_stride(args.tokens - counts.dominant, counts.target);
  int32_t* dominant = args.lists.dominant;
  int32_t* target = args.lists.target;
  int32_t* merged = args.lists.merged;
  if (args.has_cls) *dominant++ = 0;
  int64_t targets_left = counts.target;
  int64_t until_target = 0;
  for (int64_t patch = 0; patch < patches; patch++) {
    const int32_t token = static_cast<int32_t>(patch + cls);
    const uint32_t key = ordered_key(scores[patch]);
    if (key > top.key || (key == top.key && top.equal > 0)) {
      top.equal -= key == top.key;
      *dominant++ = token;
    } else if (until_target == 0 && targets_left > 0) {
      *target++ = token;
      targets_left--;
      until_target = stride - 1;
    } else {
      if (counts.merged > 0) *merged++ = token;
      until_target--;
    }
  }
}

void group_members(const VisionZipCounts& counts, const VisionZipLists& lists) {
  int32_t* offset = lists.member_offset;
  std::fill(offset, offset + counts.target + 1, 0);
  for (int64_t i = 0; i < counts.merged; i++) offset[lists.assign[i]]++;
  int32_t start = 0;
  for (int64_t t = 0; t <= counts.target; t++) {
    const int32_t size = offset[t];
    offset[t] = start;
    start += size;
  }
  for (int64_t i = 0; i < counts.merged; i++) {
    lists.member[offset[lists.assign[i]]++] = lists.merged[i];
  }
  // Every start has moved to its run's end, which is the next run's start.
  for (int64_t t = counts.target; t > 0; t--) offset[t] = offset[t - 1];
  offset[0] = 0;
}

void pad_lists(const VisionZipSelectArgs& image, const VisionZipCounts& room,
               int64_t most_patches) {
  const VisionZipLists& lists = image.lists;
  const VisionZipCounts& n = image.counts;
  const auto fill = [](auto* list, int64_t first, int64_t last, auto value) {
    std::fill(list + first, list + last, value);
  };
  fill(lists.dominant, n.dominant, room.dominant, -1);
  fill(lists.target, n.target, room.target, -1);
  fill(lists.merged, n.merged, room.merged, -1);
  fill(lists.assign, n.merged, room.merged, -1);
  fill(lists.member, n.merged, room.merged, -1);
  fill(lists.member_offset, n.target + 1, room.target + 1, static_cast<int32_t>(n.merged));
  fill(lists.scores, image.tokens - (image.has_cls ? 1 : 0), most_patches, 0.0f);
}

}  // namespace tkz::cpu
