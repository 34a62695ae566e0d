// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Scores and means from attention maps that exist already.
#include "argument_check.h"
#include "arguments_of.h"
#include "cpu/operators.h"

using namespace tkz;

namespace {

/// A range of rows or columns: from 0 to S, the end -1 for the picture's.
void check_range(ArgumentCheck& check, int64_t begin, int64_t end, const char* begin_name,
                 const char* end_name) {
  if (!check.ok()) return;
  const long long most = check['S'];
  check
      .require(begin >= 0 && begin <= most, TKZ_INVALID_ARGUMENT,
               "%s must be from 0 to %lld, got %lld", begin_name, most,
               static_cast<long long>(begin))
      .require(end == -1 || (end >= begin && end <= most), TKZ_INVALID_ARGUMENT,
               "%s must be -1 or from %lld to %lld, got %lld", end_name,
               static_cast<long long>(begin), most, static_cast<long long>(end));
}

}  // namespace

int32_t tkz_attention_row_from_map(tkz_ctx* ctx, tkz_stream stream, const tkz_ragged* ragged,
                                   const tkz_tensor* map, int64_t row, int32_t reduce,
                                   tkz_tensor* scores) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx")
      .ragged(ragged, 'B', 'S')
      .fix('P', 1, "a packed batch")
      .tensor(map, "map", "BHSS", Types::kFloat, Layout::kStrided)
      .tensor(scores, "scores", ragged != nullptr ? "PT" : "BS", Types::kF32, Layout::kContiguous)
      .not_empty("H")
      .require(reduce == TKZ_HEADS_SUM || reduce == TKZ_HEADS_MEAN, TKZ_INVALID_ARGUMENT,
               "reduce must be 0 (sum) or 1 (mean), got %d", reduce);
  if (!check.ok() || check.empty()) return check.status();
  check.require(row >= -1 && row < check['S'], TKZ_INVALID_ARGUMENT,
                "row must be from -1 (the last) to %lld, got %lld",
                static_cast<long long>(check['S'] - 1), static_cast<long long>(row));
  if (!check.ok()) return check.status();
  const AttentionRowFromMapArgs args = {attention_map_of(*map, ragged, scores->shape[1]), row,
                                        reduce == TKZ_HEADS_MEAN,
                                        static_cast<float*>(scores->data)};
  return run(*ctx, __func__, stream, args, cpu::attention_row_from_map,
             &Device::attention_row_from_map);
}

int32_t tkz_attention_received_from_map(tkz_ctx* ctx, tkz_stream stream, const tkz_ragged* ragged,
                                        const tkz_tensor* map, int64_t row_begin, int64_t row_end,
                                        int64_t col_begin, int64_t col_end, tkz_tensor* scores) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx")
      .ragged(ragged, 'B', 'S')
      .tensor(map, "map", "BHSS", Types::kFloat, Layout::kStrided)
      .not_empty("H");
  check_range(check, row_begin, row_end, "row_begin", "row_end");
  check_range(check, col_begin, col_end, "col_begin", "col_end");
  if (!check.ok()) return check.status();
  const int64_t width = (col_end < 0 ? check['S'] : col_end) - col_begin;
  check.fix('C', width, "the range of columns")
      .tensor(scores, "scores", "BC", Types::kF32, Layout::kContiguous);
  if (!check.ok() || check.empty()) return check.status();
  const AttentionReceivedFromMapArgs args = {attention_map_of(*map, ragged),
                                             {row_begin, row_end},
                                             {col_begin, col_end},
                                             width,
                                             static_cast<float*>(scores->data)};
  return run(*ctx, __func__, stream, args, cpu::attention_received_from_map,
             &Device::attention_received_from_map);
}

int32_t tkz_head_mean_map(tkz_ctx* ctx, tkz_stream stream, const tkz_ragged* ragged,
                          const tkz_tensor* map, tkz_tensor* mean) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx")
      .ragged(ragged, 'B', 'S')
      .tensor(map, "map", "BHSS", Types::kFloat, Layout::kStrided)
      .tensor(mean, "mean", "BSS", Types::kF32, Layout::kContiguous)
      .not_empty("H");
  if (!check.ok() || check.empty()) return check.status();
  const HeadMeanMapArgs args = {attention_map_of(*map, ragged), static_cast<float*>(mean->data)};
  return run(*ctx, __func__, stream, args, cpu::head_mean_map, &Device::head_mean_map);
}
