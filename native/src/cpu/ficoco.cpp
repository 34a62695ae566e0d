// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// FiCoCo-V's layer: the steps one by one, and with the scores of the published code all in one.
#include "cpu/ficoco.h"

#include <algorithm>
#include <cmath>

#include "common/selection_rule.h"
#include "cpu/image.h"
#include "cpu/kernels.h"
#include "cpu/local_penalty.h"
#include "cpu/operators.h"
#include "cpu/parallel.h"
#include "cpu/team.h"

namespace tkz::cpu {
namespace {

constexpr int64_t kTileGrain = 4;
constexpr int64_t kChannelGrain = 256;
constexpr int64_t kColumnGrain = 12;  // whole tiles of the product of queries and keys
constexpr int64_t kRowGrain = 4;
constexpr int64_t kTokenGrain = 16;

FicocoLogitsArgs image_of(FicocoLogitsArgs a, int64_t image) {
  AttentionInputs& in = a.in;
  in.query = advance(in.query, in.dtype, image * in.query_stride_batch);
  in.keys = advance(in.keys, in.dtype, image * in.keys_stride_batch);
  a.sums = advance(a.sums, image * a.tiles() * a.channels());
  a.mean = advance(a.mean, image * a.channels());
  a.emitted = advance(a.emitted, image * a.patches());
  a.cls = advance(a.cls, image * a.patches());
  return a;
}

FicocoRankArgs image_of(FicocoRankArgs a, int64_t image) {
  const int64_t kept = a.patches - a.removals;
  a.seen = advance(a.seen, image * a.seen_stride_batch);
  a.special = advance(a.special, image * a.special_stride_batch);
  a.cells = advance(a.cells, image * a.cells_stride_batch);
  a.scores = advance(a.scores, image * a.patches);
  a.removed = advance(a.removed, image * a.removals);
  a.rows = advance(a.rows, image * a.removals);
  a.kept = advance(a.kept, image * kept);
  a.kept_cells = advance(a.kept_cells, image * kept);
  a.columns = advance(a.columns, image * kept);
  a.non_finite = advance(a.non_finite, image);
  return a;
}

FicocoSharesArgs image_of(FicocoSharesArgs a, int64_t image) {
  a.correlation = advance(a.correlation, image * a.removals * a.kept);
  a.targets = advance(a.targets, image * a.removals * a.capacity);
  a.weights = advance(a.weights, image * a.removals * a.capacity);
  a.count = advance(a.count, image * a.removals);
  a.shares = advance(a.shares, image * a.removals);
  return a;
}

FicocoMergeArgs image_of(FicocoMergeArgs a, int64_t image) {
  a.correlation = advance(a.correlation, image * a.removals * a.kept);
  a.shares = advance(a.shares, image * a.removals);
  a.rows = advance(a.rows, image * a.removals);
  a.columns = advance(a.columns, image * a.kept);
  a.tokens = advance(a.tokens, a.dtype, image * a.tokens_stride_batch);
  a.out = static_cast<char*>(a.out) + image * a.out_stride_batch * size_of(a.dtype);
  a.non_finite = advance(a.non_finite, image);
  return a;
}

/// What a vector is divided by to have length 1; 1 for zeros.
float length_of(const float* values, int64_t n) {
  double square = 0;
  for (int64_t i = 0; i < n; i++) square += static_cast<double>(values[i]) * values[i];
  return square == 0 ? 1.0f : static_cast<float>(std::sqrt(square));
}

/// Scores and lists of one picture.
void rank(const Kernels& k, const FicocoRankArgs& a) {
  const float seen_length = a.unit ? length_of(a.seen, a.patches) : 1.0f;
  const float special_length = a.unit ? length_of(a.special, a.patches) : 1.0f;
  for (int64_t i = 0; i < a.patches; i++) {
    a.scores[i] =
        a.seen[i] / seen_length * a.seen_share - a.special[i] / special_length * a.special_share;
  }
  penalise(a.grid, a.coefficient, a.scores, a.cells, a.patches, a.scores);
  *a.non_finite = k.all_finite(a.scores, a.patches) ? 0 : 1;
  TopScores top = {~0u, 0};
  if (a.removals > 0) top = k.top_scores(a.scores, a.patches, a.removals);
  int64_t removed = 0, kept = 0;
  for (int64_t i = 0; i < a.patches; i++) {
    const auto patch = static_cast<int32_t>(i), position = static_cast<int32_t>(a.first + i);
    const uint32_t key = ordered_key(a.scores[i]);
    if (key > top.key || (key == top.key && top.equal > 0)) {
      top.equal -= key == top.key;
      a.removed[removed] = patch;
      a.rows[removed++] = position;
    } else {
      a.kept[kept] = patch;
      a.kept_cells[kept] = a.cells[i];
      a.columns[kept++] = position;
    }
  }
}

/// What comes before the patches, and the flag.
void finish(const FicocoMergeArgs& a) {
  for (int64_t i = 0; i < a.first; i++) {
    const int64_t bytes = a.dim * size_of(a.dtype);
    std::copy_n(static_cast<const char*>(advance(a.tokens, a.dtype, i * a.tokens_stride_token)),
                bytes, static_cast<char*>(a.out) + i * a.out_stride_token * size_of(a.dtype));
  }
  for (int64_t i = 0; i < a.removals; i++) *a.non_finite |= a.shares[i].bad;
}

/// Columns [begin, end) of one picture's correlations.
void correlate(const Kernels& k, const HeadMeanArgs& a, int64_t begin, int64_t end) {
  AttentionBlock block;
  for (int64_t column = begin; column < end; column += kBlockColumns) {
    block.columns = std::min(kBlockColumns, end - column);
    for (int64_t c = 0; c < block.columns; c++) block.column_token[c] = a.col_index[column + c];
    for (int64_t row = 0; row < a.rows; row += kBlockRows) {
      block.rows = std::min(kBlockRows, a.rows - row);
      for (int64_t r = 0; r < block.rows; r++) block.row_token[r] = a.row_index[row + r];
      k.head_mean_logits(a.in, block, a.out + row * a.columns + column, a.columns);
    }
  }
}

/// All steps of one picture; correlation has its pointers too.
struct Image {
  FicocoLogitsArgs logits;
  FicocoRankArgs rank;
  HeadMeanArgs correlation;
  FicocoSharesArgs shares;
  FicocoMergeArgs merge;

  Image(const FicocoLayer& layer, int64_t image)
      : logits(image_of(layer.logits, image)),
        rank(image_of(layer.rank, image)),
        correlation(layer.correlation),
        shares(image_of(layer.shares, image)),
        merge(image_of(layer.merge, image)) {
    correlation.in = logits.in;
    correlation.row_index = rank.rows;
    correlation.col_index = rank.columns;
    correlation.out = advance(correlation.out, image * correlation.rows * correlation.columns);
  }
};

void run_alone(const Kernels& k, const Image& image) {
  k.ficoco_keys(image.logits, 0, image.logits.tiles());
  k.ficoco_key_mean(image.logits, 0, image.logits.channels());
  k.ficoco_emitted(image.logits, 0, image.logits.patches());
  rank(k, image.rank);
  correlate(k, image.correlation, 0, image.correlation.columns);
  for (int64_t row = 0; row < image.shares.removals; row++) k.ficoco_share(image.shares, row);
  k.ficoco_merge(image.merge, 0, image.merge.kept);
  finish(image.merge);
}

/// Called by every thread of a team.
void run_together(const Kernels& k, const Image& image, Team& team) {
  team.share_out(image.logits.tiles(), 1,
                 [&](int64_t begin, int64_t end) { k.ficoco_keys(image.logits, begin, end); });
  team.share_out(image.logits.channels(), kChannelGrain,
                 [&](int64_t begin, int64_t end) { k.ficoco_key_mean(image.logits, begin, end); });
  team.share_out(image.logits.patches(), kFicocoKeyTile,
                 [&](int64_t begin, int64_t end) { k.ficoco_emitted(image.logits, begin, end); });
  team.once([&] { rank(k, image.rank); });
  team.share_out(image.correlation.columns, kColumnGrain,
                 [&](int64_t begin, int64_t end) { correlate(k, image.correlation, begin, end); });
  team.share_out(image.shares.removals, 1, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; row++) k.ficoco_share(image.shares, row);
  });
  team.share_out(image.merge.kept, kTokenGrain,
                 [&](int64_t begin, int64_t end) { k.ficoco_merge(image.merge, begin, end); });
  team.once([&] { finish(image.merge); });
}

}  // namespace

void ficoco_logits(const FicocoLogitsArgs& args, int threads) {
  const Kernels& k = kernels();
  const AttentionInputs& in = args.in;
  const int64_t bytes = (in.heads + in.key_heads) * in.tokens * in.dim * size_of(in.dtype);
  const int team = threads_for(in.batch * bytes, threads);
  for_each_range(in.batch, args.tiles(), kTileGrain, team,
                 [&](int64_t image, int64_t begin, int64_t end) {
                   k.ficoco_keys(image_of(args, image), begin, end);
                 });
  for_each_range(in.batch, args.channels(), kChannelGrain, team,
                 [&](int64_t image, int64_t begin, int64_t end) {
                   k.ficoco_key_mean(image_of(args, image), begin, end);
                 });
  for_each_range(in.batch, args.patches(), 4 * kFicocoKeyTile, team,
                 [&](int64_t image, int64_t begin, int64_t end) {
                   k.ficoco_emitted(image_of(args, image), begin, end);
                 });
}

void ficoco_rank(const FicocoRankArgs& args, int threads) {
  for_each_range(args.batch, 1, 1, threads_for(args.batch * args.patches * 64, threads),
                 [&](int64_t image, int64_t, int64_t) { rank(kernels(), image_of(args, image)); });
}

void ficoco_shares(const FicocoSharesArgs& args, int threads) {
  const int64_t bytes = args.batch * args.removals * args.kept * 4 * 8;
  for_each_range(args.batch, args.removals, kRowGrain, threads_for(bytes, threads),
                 [&](int64_t image, int64_t begin, int64_t end) {
                   for (int64_t row = begin; row < end; row++) {
                     kernels().ficoco_share(image_of(args, image), row);
                   }
                 });
}

void ficoco_merge(const FicocoMergeArgs& args, int threads) {
  const int64_t bytes = args.batch * 2 * args.kept * args.dim * size_of(args.dtype);
  for_each_range(args.batch, args.kept, kTokenGrain, threads_for(bytes, threads),
                 [&](int64_t image, int64_t begin, int64_t end) {
                   kernels().ficoco_merge(image_of(args, image), begin, end);
                 });
  for (int64_t image = 0; image < args.batch; image++) finish(image_of(args, image));
}

void ficoco_v_layer(const FicocoLayer& layer, int threads) {
  const Kernels& k = kernels();
  const AttentionInputs& in = layer.logits.in;
  const int64_t bytes = (in.heads + in.key_heads) * in.tokens * in.dim * size_of(in.dtype) +
                        2 * layer.merge.kept * layer.merge.dim * size_of(layer.merge.dtype);
  const int team = threads_for(in.batch * bytes, threads);
  // With few pictures left over at the end, threads would wait for the last ones.
  const bool whole_images = in.batch >= 4 * team || in.batch % team == 0;
  Team all;
#pragma omp parallel num_threads(team) if (team > 1)
  if (whole_images) {
#pragma omp for schedule(dynamic)
    for (int64_t b = 0; b < in.batch; b++) run_alone(k, Image(layer, b));
  } else {
    for (int64_t b = 0; b < in.batch; b++) run_together(k, Image(layer, b), all);
  }
}

}  // namespace tkz::cpu
