// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// CosineAssign: a block keeps 64 sources and passes over all targets of their picture, 64 at a
// time. Grid: batch x ceil(sources / 64). Traffic: the targets once per 64 sources (from L2).
#pragma once

#include "assign/cosine_tile.cuh"

namespace tkz::TKZ_BACKEND {

template <typename T, typename E, bool kVector>
TKZ_KERNEL(kTileThreads, 4)
nearest_target_kernel(CosineAssignArgs args) {
  int64_t tiles = (args.source.list != nullptr ? args.source.listed : args.source.tokens);
  tiles = tiles > kTile ? (tiles + kTile - 1) / kTile : 1;
  const int64_t image = block_index() / tiles;
  const int64_t first = block_index() % tiles * kTile;
  if (first == 0 && args.non_finite != nullptr) {
    const int bad = syncthreads_count(sees_non_finite(args.source, image) |
                                      sees_non_finite(args.target, image));
    if (thread_index() == 0) args.non_finite[image] = bad > 0;
  }
  const Picture sources = args.source.ragged.picture(image, args.source.tokens);
  const Picture targets = args.target.ragged.picture(image, args.target.tokens);
  const int64_t source_count = position_count(args.source, sources);
  const int64_t target_count = position_count(args.target, targets);
  if (first >= source_count) return;

  // Two threads per source: one has the first half of every target tile, the other the second.
  const int row = thread_index() % kTile;
  const int half = thread_index() / kTile;
  float best = -kInfinity;
  int64_t target = INT32_MAX;
  int64_t lowest = INT32_MAX;  // target there is, for sources without any finite cosine
  CosineTile<T, E, kVector> tile(image, args.dim);
  tile.set_left(args.source, first);
  for (int64_t start = 0; start < target_count; start += kTile) {
    tile.set_right(args.target, start);
    tile.compute();
#pragma unroll 1
    for (int i = 0; i < kTile / 2; ++i) {
      const int column = half * (kTile / 2) + i;
      if (!tile.has_right(column)) continue;
      if (lowest == INT32_MAX) lowest = start + column;
      const float cosine = tile.cosine(row, column);
      if (cosine > best) {
        best = cosine;
        target = start + column;
      }
    }
  }
  syncthreads();  // the dot products have been read, and the left inverses are there
  float* const other_best = reinterpret_cast<float*>(tile.scratch());
  int32_t* const other_target = reinterpret_cast<int32_t*>(other_best + kTile);
  int32_t* const other_lowest = other_target + kTile;
  if (half == 1) {
    other_best[row] = best;
    other_target[row] = static_cast<int32_t>(target);
    other_lowest[row] = static_cast<int32_t>(lowest);
  }
  syncthreads();  // the second halves are there
  if (half == 1 || first + row >= source_count) return;
  if (other_best[row] > best || (other_best[row] == best && other_target[row] < target)) {
    best = other_best[row];
    target = other_target[row];
  }
  if (other_lowest[row] < lowest) lowest = other_lowest[row];
  if (target == INT32_MAX) {
    target = lowest;
    best = 0.0f;
  }
  const bool assigned = tile.has_left(row) && target != INT32_MAX;
  const int64_t out =
      args.source.list != nullptr
          ? image * args.source.listed + first + row
          : args.source.ragged.start(image, sources, args.source.tokens, 1) + first + row;
  args.index[out] = assigned ? static_cast<int32_t>(target) : -1;
  if (args.best != nullptr) args.best[out] = assigned ? best + 0.0f : 0.0f;
}

}  // namespace tkz::TKZ_BACKEND
