// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The few targets of highest cosine of every source, ranked. A block keeps 64 sources and passes
// over all targets; one thread per source keeps the list of its source in shared memory.
#pragma once

#include "assign/cosine_tile.cuh"

namespace tkz::TKZ_BACKEND {

template <typename T, typename E, bool kVector>
TKZ_KERNEL(kTileThreads, 4)
top_neighbours_kernel(TopNeighboursArgs args) {
  const int64_t tiles = args.source.tokens > kTile ? (args.source.tokens + kTile - 1) / kTile : 1;
  const int64_t image = block_index() / tiles;
  const int64_t first = block_index() % tiles * kTile;
  if (first == 0 && args.non_finite != nullptr) {
    const int bad = syncthreads_count(sees_non_finite(args.source, image) |
                                      sees_non_finite(args.target, image));
    if (thread_index() == 0) args.non_finite[image] = bad > 0;
  }
  const Picture sources = args.source.ragged.picture(image, args.source.tokens);
  const Picture targets = args.target.ragged.picture(image, args.target.tokens);
  if (first >= sources.count || args.wanted == 0) return;

  const int wanted = static_cast<int>(args.wanted);
  const int row = thread_index();
  // Rank r of row i is at [r * kTile + i].
  float* const cosines = reinterpret_cast<float*>(shared_memory() + kTileSharedBytes);
  int32_t* const indices = reinterpret_cast<int32_t*>(cosines + wanted * kTile);
  int found = 0;
  CosineTile<T, E, kVector> tile(image, args.dim);
  tile.set_left(args.source, first);
  for (int64_t start = 0; start < targets.count; start += kTile) {
    tile.set_right(args.target, start);
    tile.compute();
    if (row >= kTile) continue;
#pragma unroll 1
    for (int column = 0; column < kTile; ++column) {
      if (!tile.has_right(column)) break;
      if (args.exclude_self && start + column == first + row) continue;
      float cosine = tile.cosine(row, column) + 0.0f;
      if (!(cosine >= -kInfinity)) cosine = -kInfinity;
      if (found == wanted && !(cosine > cosines[(wanted - 1) * kTile + row])) continue;
      int rank = found < wanted ? found++ : wanted - 1;
      for (; rank > 0 && cosine > cosines[(rank - 1) * kTile + row]; --rank) {
        cosines[rank * kTile + row] = cosines[(rank - 1) * kTile + row];
        indices[rank * kTile + row] = indices[(rank - 1) * kTile + row];
      }
      cosines[rank * kTile + row] = cosine;
      indices[rank * kTile + row] = static_cast<int32_t>(start + column);
    }
  }
  if (row >= kTile || first + row >= sources.count) return;
  const int64_t out =
      (args.source.ragged.start(image, sources, args.source.tokens, 1) + first + row) * wanted;
  for (int rank = 0; rank < wanted; ++rank) {
    const bool there = rank < found;
    const float cosine = there ? cosines[rank * kTile + row] : 0.0f;
    args.index[out + rank] = there ? indices[rank * kTile + row] : -1;
    args.similarity[out + rank] = is_finite(cosine) ? cosine : 0.0f;
  }
}

}  // namespace tkz::TKZ_BACKEND
