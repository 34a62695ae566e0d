// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The operators that read attention off queries and keys without a map.
#include <cmath>

#include "cpu/image.h"
#include "cpu/kernels.h"
#include "cpu/operators.h"
#include "cpu/parallel.h"

namespace tkz::cpu {
namespace {

AttentionHead head_of(const AttentionInputs& in, const Picture& picture, int64_t image,
                      int64_t head) {
  const int64_t query_start =
      in.ragged.start(image, picture, in.query_stride_batch, in.query_stride_token);
  const int64_t keys_start =
      in.ragged.start(image, picture, in.keys_stride_batch, in.keys_stride_token);
  const int64_t key_head = head / (in.heads / in.key_heads);
  return {in.dtype,
          in.dim,
          advance(in.query, in.dtype, query_start + head * in.query_stride_head),
          in.query_stride_token,
          advance(in.keys, in.dtype, keys_start + key_head * in.keys_stride_head),
          in.keys_stride_token,
          in.scale};
}

/// The pointers of one picture.
AttentionInputs inputs_of(AttentionInputs in, const Picture& picture, int64_t image) {
  const AttentionHead head = head_of(in, picture, image, 0);
  in.query = head.query;
  in.keys = head.keys;
  return in;
}

/// Threads for this many logits: three operations take about the time of a byte from memory.
int threads_for_logits(const AttentionInputs& in, int64_t logits, int threads) {
  return threads_for(in.batch * in.heads * logits * in.dim * 2 / 3, threads);
}

void set_rows(AttentionRows& block, const int32_t* list, int64_t begin, int64_t end,
              int64_t count) {
  block.rows = end - begin;
  for (int64_t r = begin; r < end; r++) block.row_token[r - begin] = listed_token(list, r, count);
}

/// Mean of `block` over the heads of a picture, in rows of args.columns from `out` on.
void block_probabilities(const HeadMeanArgs& args, const Picture& picture, int64_t image,
                         int64_t first_row, const AttentionBlock& block, float* out) {
  const AttentionInputs& in = args.in;
  alignas(64) float total[kBlockColumns * kBlockRows] = {};
  for (int64_t h = 0; h < in.heads; h++) {
    float lse[kBlockRows] = {};
    for (int64_t r = 0; r < block.rows; r++) {
      const int64_t token = block.row_token[r];
      const int64_t at = args.lse.padded ? first_row + r : token;
      lse[r] = token < 0 ? 0.0f : args.lse.head(in, image, picture, h)[at];
    }
    kernels().add_head(head_of(in, picture, image, h), block, lse, total);
  }
  for (int64_t r = 0; r < block.rows; r++) {
    for (int64_t c = 0; c < block.columns; c++) {
      const bool both = block.row_token[r] >= 0 && block.column_token[c] >= 0;
      out[r * args.columns + c] =
          both ? total[c * kBlockRows + r] / static_cast<float>(in.heads) : 0.0f;
    }
  }
}

void head_mean(const HeadMeanArgs& args, bool probabilities, int threads) {
  const AttentionInputs& in = args.in;
  const int team = threads_for_logits(in, args.rows * args.columns, threads);
  const int64_t column_blocks = (args.columns + kBlockColumns - 1) / kBlockColumns;
  const auto block_mean = [&](int64_t item, int64_t begin, int64_t end) {
    const int64_t image = item / column_blocks;
    const int64_t column = item % column_blocks * kBlockColumns;
    const Picture picture = in.ragged.picture(image, in.tokens);
    const int32_t* row_list = advance(args.row_index, image * args.rows);
    const int32_t* column_list = advance(args.col_index, image * args.columns);
    AttentionBlock block;
    set_rows(block, row_list, begin, end, picture.count);
    block.columns = std::min(kBlockColumns, args.columns - column);
    for (int64_t c = 0; c < block.columns; c++) {
      block.column_token[c] = listed_token(column_list, column + c, picture.count);
    }
    float* out = args.out + (image * args.rows + begin) * args.columns + column;
    if (probabilities) {
      block_probabilities(args, picture, image, begin, block, out);
    } else {
      kernels().head_mean_logits(inputs_of(in, picture, image), block, out, args.columns);
    }
  };
  for_each_range(in.batch * column_blocks, args.rows, kBlockRows, team,
                 [&](int64_t item, int64_t begin, int64_t end) {
                   for (; begin < end; begin += kBlockRows) {
                     block_mean(item, begin, std::min(end, begin + kBlockRows));
                   }
                 });
}

}  // namespace

void row_lse(const RowLseArgs& args, int threads) {
  const AttentionInputs& in = args.in;
  const int64_t rows = args.lse.padded ? args.lse.rows : in.longest();
  for_each_range(
      in.batch * in.heads, rows, kBlockRows, threads_for_logits(in, rows * in.longest(), threads),
      [&](int64_t item, int64_t begin, int64_t end) {
        const int64_t image = item / in.heads, head = item % in.heads;
        const Picture picture = in.ragged.picture(image, in.tokens);
        const int32_t* list = advance(args.row_index, image * rows);
        if (!args.lse.padded) end = std::min(end, picture.count);
        float* lse = args.lse.head(in, image, picture, head);
        AttentionRows block;
        for (; begin < end; begin += kBlockRows) {
          set_rows(block, list, begin, std::min(end, begin + kBlockRows), picture.count);
          kernels().row_lse(head_of(in, picture, image, head), block, picture.count, lse + begin);
        }
      });
}

void attention_received(const AttentionReceivedArgs& args, int threads) {
  const AttentionInputs& in = args.in;
  const int64_t longest = in.longest(), width = args.width;
  const int64_t wanted = threads_for_logits(in, longest * longest, threads);
  [[maybe_unused]] const int team =
      static_cast<int>(std::max<int64_t>(1, std::min(wanted, args.slots)));
  float* const per_head = args.per_head ? args.scores : args.partials;
#pragma omp parallel for schedule(dynamic) num_threads(team) if (team > 1)
  for (int64_t item = 0; item < in.batch * in.heads; item++) {
    const int64_t image = item / in.heads, head = item % in.heads;
    const Picture picture = in.ragged.picture(image, in.tokens);
    const Range columns = args.columns.within(picture.count);
    float* mean = per_head + item * width;
    std::fill(mean, mean + width, 0.0f);
    if (columns.begin == columns.end) continue;
    const float* lse = args.lse.data == nullptr ? nullptr : args.lse.head(in, image, picture, head);
    kernels().attention_received(
        head_of(in, picture, image, head), picture.count, args.rows.within(picture.count), columns,
        lse, args.scratch + omp_get_thread_num() * received_scratch(longest, in.dim), mean);
  }
  for (int64_t image = 0; image < in.batch; image++) {
    const float* mean = per_head + image * in.heads * width;
    bool finite = true;
    for (int64_t i = 0; i < in.heads * width; i++) finite &= std::isfinite(mean[i]);
    if (args.non_finite != nullptr) args.non_finite[image] = finite ? 0 : 1;
    for (int64_t c = 0; !args.per_head && c < width; c++) {
      float sum = 0.0f;
      for (int64_t h = 0; h < in.heads; h++) sum += mean[h * width + c];
      args.scores[image * width + c] = sum / static_cast<float>(in.heads);
    }
  }
}

void head_mean_logits(const HeadMeanArgs& args, int threads) { head_mean(args, false, threads); }

void head_mean_probabilities(const HeadMeanArgs& args, int threads) {
  head_mean(args, true, threads);
}

}  // namespace tkz::cpu
