// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Which patches FiCoCo-V removes: redundancy, its penalty in every window, the r highest, the
// others.
//
// Geometry: one block per picture; scores pass from step to step in `scores`, which for one block
// is L1. The list of the others needs no second look at the scores: a patch's place in it is its
// number less that of removed patches before it, which a binary search in their ascending list
// tells. Shared memory: the windows of the penalty, in whose place keys and partial sums lie before
// and after. Bytes moved: 28 N from memory or L2. Lengths are added up as threads_alone.cuh has it.
#pragma once

#include "ficoco/arguments.h"
#include "ficoco/threads_alone.cuh"
#include "select/block_keys.cuh"
#include "select/list_chosen.cuh"
#include "select/penalise_windows.cuh"

namespace tkz::TKZ_BACKEND {

constexpr int kShortRankThreads = 256;
constexpr int kShortRankItems = 4;

/// What divides a row to give it length 1, 1 for zeros; the same bits on every thread. `partial`: a
/// word per warp, last used before a barrier.
template <int kThreads>
TKZ_DEVICE float row_length(const float* row, int count, float* partial) {
  const int threads = threads_alone<kThreads, kShortRankThreads, kShortRankItems>(count);
  float square = 0.0f;
  for (int i = index_among(threads, count); i < count; i += threads) {
    square = fma(row[i], row[i], square);
  }
  square = warp_sum(square);
  if (lane_index() == 0) partial[warp_index()] = square;
  syncthreads();  // every warp's sum is there
  float total = 0.0f;
  for (int warp = 0; warp < kThreads / kWarpSize; ++warp) total += partial[warp];
  return total == 0.0f ? 1.0f : sqrtf(total);
}

template <int kThreads, int kItems>
TKZ_KERNEL(kThreads, 1)
ficoco_rank_kernel(FicocoRankArgs args) {
  using Keys = BlockKeys<kThreads, kItems>;
  constexpr int kWarps = kThreads / kWarpSize;
  auto* const partial = reinterpret_cast<uint32_t*>(shared_memory());
  uint32_t* const rest = partial + Keys::kPartials;
  const int64_t image = block_index();
  const Picture picture = args.ragged.picture(image, args.counts.tokens());
  const FicocoCounts own = args.counts.within(picture.count);
  const int count = static_cast<int>(own.patches);
  const int removals = static_cast<int>(own.removals);
  const float* const seen = args.seen + image * args.seen_stride_batch;
  const float* const special =
      args.special +
      (args.special_packed ? picture.first + own.first : image * args.special_stride_batch);
  const int32_t* const cells = args.cells + image * args.cells_stride_batch;
  float* const scores = args.scores + image * args.counts.patches;

  int32_t* const removed = args.removed + image * args.counts.removals;
  int32_t* const rows = args.rows + image * args.counts.removals;
  const int64_t kept = image * args.counts.kept();
  if (args.ragged.offsets != nullptr) {  // beyond what the picture has
    pad_list<kThreads>(scores, count, args.counts.patches, 0.0f);
    pad_list<kThreads>(removed, removals, args.counts.removals, -1);
    pad_list<kThreads>(rows, removals, args.counts.removals, -1);
    pad_list<kThreads>(args.kept + kept, own.kept(), args.counts.kept(), -1);
    pad_list<kThreads>(args.kept_cells + kept, own.kept(), args.counts.kept(), -1);
    pad_list<kThreads>(args.columns + kept, own.kept(), args.counts.kept(), -1);
  }

  float seen_length = 1.0f;
  float special_length = 1.0f;
  if (args.unit) {
    auto* const sums = reinterpret_cast<float*>(partial);
    seen_length = row_length<kThreads>(seen, count, sums);
    special_length = row_length<kThreads>(special, count, sums + kWarps);
  }
  for (int i = thread_index(); i < count; i += kThreads) {
    scores[i] = mul_rounded(seen[i] / seen_length, args.seen_share) -
                mul_rounded(special[i] / special_length, args.special_share);
  }
  syncthreads();  // the redundancy is there, and nobody reads partial sums any more
  penalise_windows<kThreads>(args.grid, args.coefficient, scores, cells, count, scores,
                             *reinterpret_cast<PenaltyShared*>(shared_memory()));

  bool bad = false;
  const Keys keys(scores, count, rest, &bad);
  const int first = static_cast<int>(args.counts.first);  // of a picture that has any patch
  if (removals > 0) {
    const uint32_t pivot = keys.kth_largest(static_cast<uint32_t>(removals), partial);
    const uint32_t above = keys.count_above(pivot, partial);
    list_chosen<kThreads>(scores, count, {pivot, static_cast<uint32_t>(removals) - above}, partial,
                          [&](uint32_t place, int index, float) {
                            removed[place] = index;
                            rows[place] = first + index;
                          });
  }
  write_flag(args.non_finite, image, bad);  // a barrier: the list of removed patches is there
  for (int i = thread_index(); i < count; i += kThreads) {
    int low = 0;
    int high = removals;  // the first removed patch from i on is in [low, high]
    while (low < high) {
      const int middle = low + (high - low) / 2;
      if (removed[middle] < i) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    if (low < removals && removed[low] == i) continue;
    args.kept[kept + i - low] = i;
    args.kept_cells[kept + i - low] = cells[i];
    args.columns[kept + i - low] = first + i;
  }
}

}  // namespace tkz::TKZ_BACKEND
