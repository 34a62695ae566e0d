// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "cpu/image.h"
#include "cpu/operators.h"
#include "cpu/parallel.h"

namespace tkz::cpu {
namespace {

/// The row that the plan names, or null.
const char* planned_row(const CopyRowsArgs& a, int64_t image, int64_t row) {
  const int32_t* plan = a.plan + image * a.plan_stride_batch + row * a.plan_stride_row;
  const int32_t wanted = a.names_piece != 0 ? plan[0] : 0;
  const int64_t from = a.names_piece != 0 ? plan[1] : plan[0];
  if (wanted < 0 || wanted >= a.piece_count) return nullptr;
  const CopyPiece& piece = a.piece[wanted];
  const Ragged ragged = wanted == 0 ? a.ragged : Ragged{};
  const Picture picture = ragged.picture(image, piece.rows);
  if (from < 0 || from >= picture.count) return nullptr;
  const int64_t start = ragged.start(image, picture, piece.stride_batch, piece.stride_row);
  return static_cast<const char*>(piece.data) + (start + from * piece.stride_row) * a.element_size;
}

}  // namespace

void copy_rows(const CopyRowsArgs& args, int threads) {
  const size_t row_bytes = static_cast<size_t>(args.dim * args.element_size);
  const int64_t bytes = 2 * args.batch * args.out_rows * static_cast<int64_t>(row_bytes);
  for_each_range(args.batch, args.out_rows, 16, threads_for(bytes, threads),
                 [&](int64_t image, int64_t begin, int64_t end) {
                   for (int64_t r = begin; r < end; r++) {
                     const int64_t at = image * args.out_stride_batch + r * args.out_stride_row;
                     char* out = static_cast<char*>(args.out) + at * args.element_size;
                     if (const char* row = planned_row(args, image, r)) {
                       memcpy(out, row, row_bytes);
                     } else {
                       memset(out, 0, row_bytes);
                     }
                   }
                 });
}

}  // namespace tkz::cpu
