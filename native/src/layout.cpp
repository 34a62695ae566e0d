// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "argument_check.h"
#include "arguments_of.h"
#include "cpu/operators.h"
#include "ragged_tensor.h"

using namespace tkz;

static_assert(kMaxPieces == TKZ_MAX_PIECES);

namespace {

CopyRowsArgs copy_rows_args(const tkz_ragged* ragged, const tkz_tensor& first,
                            const tkz_tensor& plan, const tkz_tensor& out) {
  CopyRowsArgs args = {};
  args.element_size = out.dtype == TKZ_F32 ? 4 : 2;
  args.batch = out.shape[0];
  args.out_rows = out.shape[1];
  args.dim = out.shape[2];
  args.ragged = ragged_of(ragged, first.shape[1]);
  args.plan = static_cast<const int32_t*>(plan.data);
  args.plan_stride_batch = stride_of(plan, 0);
  args.plan_stride_row = stride_of(plan, 1);
  args.out = out.data;
  args.out_stride_batch = stride_of(out, 0);
  args.out_stride_row = stride_of(out, 1);
  return args;
}

CopyPiece piece_of(const tkz_tensor& tensor) {
  return {tensor.data, tensor.shape[0] == 1 ? 0 : stride_of(tensor, 0), stride_of(tensor, 1),
          tensor.shape[1]};
}

}  // namespace

int32_t tkz_gather(tkz_ctx* ctx, tkz_stream stream, const tkz_ragged* ragged,
                   const tkz_tensor* tokens, const tkz_tensor* index, tkz_tensor* out) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx");
  check_ragged(check, ragged)
      .tensor(tokens, "tokens", ragged != nullptr ? "otD" : "BSD", Types::kFloat, Layout::kStrided)
      .tensor(index, "index", "Bk", Types::kI32, Layout::kStrided)
      .tensor(out, "out", "BkD", Types::kFloat, Layout::kStrided)
      .same_dtype(tokens, "tokens", out, "out")
      .not_empty("D");
  if (!check.ok() || check['B'] == 0 || check['k'] == 0) return check.status();
  CopyRowsArgs args = copy_rows_args(ragged, *tokens, *index, *out);
  args.plan_stride_row = 1;
  args.piece[0] = piece_of(*tokens);
  args.piece_count = 1;
  return run(*ctx, __func__, stream, args, cpu::copy_rows, &Device::copy_rows);
}

int32_t tkz_layout(tkz_ctx* ctx, tkz_stream stream, const tkz_ragged* ragged,
                   const tkz_tensor* const* pieces, int32_t piece_count, const tkz_tensor* plan,
                   tkz_tensor* out) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx");
  check_ragged(check, ragged)
      .require(piece_count >= 1 && piece_count <= TKZ_MAX_PIECES, TKZ_INVALID_ARGUMENT,
               "piece_count must be from 1 to %d, got %d", TKZ_MAX_PIECES, piece_count)
      .not_null(pieces, "pieces")
      .fix('p', 2, "a pair of piece and row")
      .tensor(out, "out", "BmD", Types::kFloat, Layout::kStrided)
      .tensor(plan, "plan", "Bmp", Types::kI32, Layout::kStrided)
      .not_empty("D");
  char name[TKZ_MAX_PIECES][24];
  for (int32_t i = 0; i < piece_count && check.ok(); i++) {
    snprintf(name[i], sizeof name[i], "pieces[%d]", i);
    const char letters[] = {static_cast<char>('q' + i), '\0'};  // each has rows of its own
    char shape[4] = {'B', letters[0], 'D', '\0'};
    const tkz_tensor* piece = pieces[i];
    check.not_null(piece, name[i]);
    if (!check.ok()) break;
    if ((ragged != nullptr && i == 0) || (piece->ndim == 3 && piece->shape[0] == 1)) shape[0] = 'o';
    check.tensor(piece, name[i], shape, Types::kFloat, Layout::kStrided)
        .same_dtype(out, "out", piece, name[i]);
  }
  if (!check.ok() || check['B'] == 0 || check['m'] == 0) return check.status();
  CopyRowsArgs args = copy_rows_args(ragged, *pieces[0], *plan, *out);
  args.names_piece = 1;
  for (int32_t i = 0; i < piece_count; i++) args.piece[i] = piece_of(*pieces[i]);
  args.piece_count = piece_count;
  return run(*ctx, __func__, stream, args, cpu::copy_rows, &Device::copy_rows);
}
