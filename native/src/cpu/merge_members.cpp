// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu/image.h"
#include "cpu/kernels.h"
#include "cpu/operators.h"
#include "cpu/parallel.h"

namespace tkz::cpu {
namespace {

/// Counting sort of the entries of one picture into `offset` and `member`. Each target's count
/// becomes the end of its run, and filling the runs from behind turns ends into starts.
void group_entries(const MergeMembersArgs& a, int64_t image) {
  const Picture sources = a.source_pictures.picture(image, a.sources);
  const Picture targets = a.target_pictures.picture(image, a.targets);
  const int32_t* assign = a.assign + a.source_pictures.start(image, sources, a.assign_stride_batch,
                                                             a.assign_stride_row);
  int32_t* offset = a.offset + image * (a.targets + 1);
  int32_t* member = a.member + image * a.sources * a.copies;
  const auto is_target = [&](int32_t t) { return t >= 0 && t < targets.count; };

  std::fill(offset, offset + a.targets + 1, 0);
  for (int64_t i = 0; i < sources.count; i++) {
    for (int64_t k = 0; k < a.copies; k++) {
      const int32_t t = assign[i * a.assign_stride_row + k];
      if (is_target(t)) offset[t]++;
    }
  }
  for (int64_t t = 1; t <= a.targets; t++) offset[t] += offset[t - 1];
  for (int64_t i = sources.count; i-- > 0;) {
    for (int64_t k = a.copies; k-- > 0;) {
      const int32_t t = assign[i * a.assign_stride_row + k];
      if (is_target(t)) member[--offset[t]] = static_cast<int32_t>(i * a.copies + k);
    }
  }
}

}  // namespace

void merge_members(const MergeMembersArgs& args, int threads) {
  const int64_t entries = args.sources * args.copies;
  const int64_t bytes = args.batch * (entries + args.targets) * args.dim * size_of(args.dtype);
  const int team = threads_for(bytes, threads);
  for_each_range(args.batch, 1, 1, team,
                 [&](int64_t image, int64_t, int64_t) { group_entries(args, image); });
  // Targets differ widely in members, so their rows are handed out one by one.
  const int64_t grain = args.batch >= team ? args.targets : 1;
  for_each_range(args.batch, args.targets, grain, team,
                 [&](int64_t image, int64_t begin, int64_t end) {
                   kernels().merge_members(args, image, begin, end);
                 });
}

}  // namespace tkz::cpu
