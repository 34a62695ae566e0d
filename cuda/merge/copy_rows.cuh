// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Gather and layout: every output row is a copy of one row of a piece, or zero.
//
// Geometry: one warp per output row and run of 512 bytes; no shared memory. Bytes moved: every
// wanted row once, the output once.
#pragma once

#include "common/numeric.cuh"
#include "common/reduce.cuh"
#include "merge/arguments.h"

namespace tkz::TKZ_BACKEND {

constexpr int kCopyWarps = 8;

/// T: anything of the elements' size. kVector: every row may be accessed 16 bytes at a time.
template <typename T, bool kVector>
TKZ_KERNEL(kCopyWarps* kWarpSize, 4)
copy_rows_kernel(CopyRowsArgs args) {
  constexpr int kWidth = Chunk<T>::kWidth;
  const int64_t runs = (args.dim + kWidth * kWarpSize - 1) / (kWidth * kWarpSize);
  const int64_t item = static_cast<int64_t>(block_index()) * kCopyWarps + warp_index();
  const int64_t channel = (item % runs * kWarpSize + lane_index()) * kWidth;
  const int64_t row = item / runs % args.out_rows;
  const int64_t image = item / runs / args.out_rows;
  if (image >= args.batch || channel >= args.dim) return;

  const int32_t* plan = args.plan + image * args.plan_stride_batch + row * args.plan_stride_row;
  const int32_t wanted = args.names_piece != 0 ? plan[0] : 0;
  const int64_t wanted_row = args.names_piece != 0 ? plan[1] : plan[0];
  const T* from = nullptr;
#pragma unroll
  for (int i = 0; i < kMaxPieces; ++i) {
    if (i != wanted || i >= args.piece_count) continue;
    const CopyPiece& piece = args.piece[i];
    const Ragged ragged = i == 0 ? args.ragged : Ragged{};
    const Picture picture = ragged.picture(image, piece.rows);
    if (wanted_row < 0 || wanted_row >= picture.count) continue;
    from = static_cast<const T*>(piece.data) +
           ragged.start(image, picture, piece.stride_batch, piece.stride_row) +
           wanted_row * piece.stride_row + channel;
  }
  const int64_t width = args.dim - channel;
  Chunk<T> chunk;
  chunk.raw = Vec128{};
  if (from != nullptr) chunk = load_chunk<T, kVector>(from, width);
  store_chunk<T, kVector>(static_cast<T*>(args.out) + image * args.out_stride_batch +
                              row * args.out_stride_row + channel,
                          chunk, width);
}

}  // namespace tkz::TKZ_BACKEND
