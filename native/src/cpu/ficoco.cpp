// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// FiCoCo-V's layer: the steps one by one, and with the scores of the published code all in one.
#include "cpu/ficoco.h"

#include <algorithm>
#include <cmath>

#include "common/quantile_rule.h"
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
  const Picture picture = in.ragged.picture(image, in.tokens);
  in.query = advance(in.query, in.dtype,
                     in.ragged.start(image, picture, in.query_stride_batch, in.query_stride_token));
  in.keys = advance(in.keys, in.dtype,
                    in.ragged.start(image, picture, in.keys_stride_batch, in.keys_stride_token));
  a.sums = advance(a.sums, image * a.tiles() * a.channels());
  a.mean = advance(a.mean, image * a.channels());
  a.emitted = advance(a.emitted, image * a.patches());
  a.cls = advance(a.cls, image * a.patches());
  in.tokens = picture.count;
  in.ragged = {};
  return a;
}

/// In what follows, pointers move by the room that pictures have, and `counts` becomes the
/// picture's own.
template <class Args>
Picture picture_of(const Args& a, int64_t image) {
  return a.ragged.picture(image, a.counts.tokens());
}

FicocoRankArgs image_of(FicocoRankArgs a, int64_t image) {
  const Picture picture = picture_of(a, image);
  const FicocoCounts room = a.counts;
  a.counts = room.within(picture.count);
  a.seen = advance(a.seen, image * a.seen_stride_batch);
  a.special = advance(a.special, a.special_packed ? picture.first + a.counts.first
                                                  : image * a.special_stride_batch);
  a.cells = advance(a.cells, image * a.cells_stride_batch);
  a.scores = advance(a.scores, image * room.patches);
  a.removed = advance(a.removed, image * room.removals);
  a.rows = advance(a.rows, image * room.removals);
  a.kept = advance(a.kept, image * room.kept());
  a.kept_cells = advance(a.kept_cells, image * room.kept());
  a.columns = advance(a.columns, image * room.kept());
  a.non_finite = advance(a.non_finite, image);
  return a;
}

FicocoSharesArgs image_of(FicocoSharesArgs a, int64_t image) {
  const FicocoCounts room = a.counts;
  a.counts = room.within(picture_of(a, image).count);
  if (a.ragged.offsets != nullptr) a.wanted = quantile_count(a.epsilon, a.counts.kept());
  a.correlation = advance(a.correlation, image * room.removals * a.pitch);
  a.targets = advance(a.targets, image * room.removals * a.capacity);
  a.weights = advance(a.weights, image * room.removals * a.capacity);
  a.count = advance(a.count, image * room.removals);
  a.shares = advance(a.shares, image * room.removals);
  return a;
}

FicocoMergeArgs image_of(FicocoMergeArgs a, int64_t image) {
  const Picture picture = picture_of(a, image);
  const FicocoCounts room = a.counts;
  a.counts = room.within(picture.count);
  a.correlation = advance(a.correlation, image * room.removals * a.pitch);
  a.shares = advance(a.shares, image * room.removals);
  a.rows = advance(a.rows, image * room.removals);
  a.columns = advance(a.columns, image * room.kept());
  a.tokens = advance(a.tokens, a.dtype,
                     a.ragged.start(image, picture, a.tokens_stride_batch, a.tokens_stride_token));
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

/// Fills what a picture does not need of the room there is.
template <class T>
void pad(T* array, int64_t count, int64_t room, T value) {
  for (int64_t i = count; i < room; i++) array[i] = value;
}

/// Scores and lists of one picture.
void rank(const Kernels& k, const FicocoRankArgs& a, const FicocoCounts& room) {
  const int64_t patches = a.counts.patches;
  const float seen_length = a.unit ? length_of(a.seen, patches) : 1.0f;
  const float special_length = a.unit ? length_of(a.special, patches) : 1.0f;
  for (int64_t i = 0; i < patches; i++) {
    a.scores[i] =
        a.seen[i] / seen_length * a.seen_share - a.special[i] / special_length * a.special_share;
  }
  penalise(a.grid, a.coefficient, a.scores, a.cells, patches, a.scores);
  *a.non_finite = k.all_finite(a.scores, patches) ? 0 : 1;
  TopScores top = {~0u, 0};
  if (a.counts.removals > 0) top = k.top_scores(a.scores, patches, a.counts.removals);
  int64_t removed = 0, kept = 0;
  for (int64_t i = 0; i < patches; i++) {
    const auto patch = static_cast<int32_t>(i), position = static_cast<int32_t>(a.counts.first + i);
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
  pad(a.scores, patches, room.patches, 0.0f);
  for (int32_t* list : {a.removed, a.rows}) pad(list, removed, room.removals, -1);
  for (int32_t* list : {a.kept, a.kept_cells, a.columns}) pad(list, kept, room.kept(), -1);
}

/// Lists of rows that a picture does not have.
void list_nothing(const FicocoSharesArgs& a, int64_t begin, int64_t end) {
  pad(a.targets, begin * a.capacity, end * a.capacity, -1);
  pad(a.weights, begin * a.capacity, end * a.capacity, 0.0f);
  pad(a.count, begin, end, 0);
}

/// What comes before the patches, rows that the picture does not have, and the flag.
void finish(const FicocoMergeArgs& a, const FicocoCounts& room) {
  const int64_t bytes = a.dim * size_of(a.dtype);
  const auto row = [&](int64_t i) {
    return static_cast<char*>(a.out) + i * a.out_stride_token * size_of(a.dtype);
  };
  for (int64_t i = 0; i < a.counts.first; i++) {
    std::copy_n(static_cast<const char*>(advance(a.tokens, a.dtype, i * a.tokens_stride_token)),
                bytes, row(i));
  }
  for (int64_t i = a.counts.left(); i < room.left(); i++) std::fill_n(row(i), bytes, char{0});
  for (int64_t i = 0; i < a.counts.removals; i++) *a.non_finite |= a.shares[i].bad;
}

/// Columns [begin, end) of one picture's correlations.
void correlate(const Kernels& k, const HeadMeanArgs& a, int64_t pitch, int64_t begin, int64_t end) {
  AttentionBlock block;
  for (int64_t column = begin; column < end; column += kBlockColumns) {
    block.columns = std::min(kBlockColumns, end - column);
    for (int64_t c = 0; c < block.columns; c++) block.column_token[c] = a.col_index[column + c];
    for (int64_t row = 0; row < a.rows; row += kBlockRows) {
      block.rows = std::min(kBlockRows, a.rows - row);
      for (int64_t r = 0; r < block.rows; r++) block.row_token[r] = a.row_index[row + r];
      k.head_mean_logits(a.in, block, a.out + row * pitch + column, pitch);
    }
  }
}

/// All steps of one picture; correlation has its pointers and counts too.
struct Image {
  FicocoCounts room;
  FicocoLogitsArgs logits;
  FicocoRankArgs rank;
  HeadMeanArgs correlation;
  FicocoSharesArgs shares;
  FicocoMergeArgs merge;

  Image(const FicocoLayer& layer, int64_t image)
      : room(layer.rank.counts),
        logits(image_of(layer.logits, image)),
        rank(image_of(layer.rank, image)),
        correlation(layer.correlation),
        shares(image_of(layer.shares, image)),
        merge(image_of(layer.merge, image)) {
    correlation.in = logits.in;
    correlation.row_index = rank.rows;
    correlation.col_index = rank.columns;
    correlation.rows = rank.counts.removals;
    correlation.columns = rank.counts.kept();
    correlation.out = advance(correlation.out, image * room.removals * shares.pitch);
  }
};

void run_alone(const Kernels& k, const Image& image) {
  k.ficoco_keys(image.logits, 0, image.logits.tiles());
  k.ficoco_key_mean(image.logits, 0, image.logits.channels());
  k.ficoco_emitted(image.logits, 0, image.logits.patches());
  rank(k, image.rank, image.room);
  correlate(k, image.correlation, image.shares.pitch, 0, image.correlation.columns);
  const int64_t rows = image.shares.counts.removals;
  for (int64_t row = 0; row < rows; row++) k.ficoco_share(image.shares, row);
  list_nothing(image.shares, rows, image.room.removals);
  k.ficoco_merge(image.merge, 0, image.merge.counts.kept());
  finish(image.merge, image.room);
}

/// Called by every thread of a team.
void run_together(const Kernels& k, const Image& image, Team& team) {
  team.share_out(image.logits.tiles(), 1,
                 [&](int64_t begin, int64_t end) { k.ficoco_keys(image.logits, begin, end); });
  team.share_out(image.logits.channels(), kChannelGrain,
                 [&](int64_t begin, int64_t end) { k.ficoco_key_mean(image.logits, begin, end); });
  team.share_out(image.logits.patches(), kFicocoKeyTile,
                 [&](int64_t begin, int64_t end) { k.ficoco_emitted(image.logits, begin, end); });
  team.once([&] { rank(k, image.rank, image.room); });
  team.share_out(image.correlation.columns, kColumnGrain, [&](int64_t begin, int64_t end) {
    correlate(k, image.correlation, image.shares.pitch, begin, end);
  });
  team.share_out(image.shares.counts.removals, 1, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; row++) k.ficoco_share(image.shares, row);
  });
  team.share_out(image.merge.counts.kept(), kTokenGrain,
                 [&](int64_t begin, int64_t end) { k.ficoco_merge(image.merge, begin, end); });
  team.once([&] {
    list_nothing(image.shares, image.shares.counts.removals, image.room.removals);
    finish(image.merge, image.room);
  });
}

}  // namespace

void ficoco_logits(const FicocoLogitsArgs& args, int threads) {
  const Kernels& k = kernels();
  const AttentionInputs& in = args.in;
  const int64_t bytes = (in.heads + in.key_heads) * in.longest() * in.dim * size_of(in.dtype);
  const int team = threads_for(in.batch * bytes, threads);
  for_each_range(in.batch, args.tiles(), kTileGrain, team,
                 [&](int64_t image, int64_t begin, int64_t end) {
                   const FicocoLogitsArgs own = image_of(args, image);
                   k.ficoco_keys(own, begin, std::min(end, own.tiles()));
                 });
  for_each_range(in.batch, args.channels(), kChannelGrain, team,
                 [&](int64_t image, int64_t begin, int64_t end) {
                   k.ficoco_key_mean(image_of(args, image), begin, end);
                 });
  for_each_range(in.batch, args.patches(), 4 * kFicocoKeyTile, team,
                 [&](int64_t image, int64_t begin, int64_t end) {
                   const FicocoLogitsArgs own = image_of(args, image);
                   k.ficoco_emitted(own, begin, std::min(end, own.patches()));
                 });
}

void ficoco_rank(const FicocoRankArgs& args, int threads) {
  for_each_range(args.batch, 1, 1, threads_for(args.batch * args.counts.patches * 64, threads),
                 [&](int64_t image, int64_t, int64_t) {
                   rank(kernels(), image_of(args, image), args.counts);
                 });
}

void ficoco_shares(const FicocoSharesArgs& args, int threads) {
  const int64_t bytes = args.batch * args.counts.removals * args.pitch * 4 * 8;
  for_each_range(args.batch, args.counts.removals, kRowGrain, threads_for(bytes, threads),
                 [&](int64_t image, int64_t begin, int64_t end) {
                   const FicocoSharesArgs own = image_of(args, image);
                   const int64_t rows = std::clamp(own.counts.removals, begin, end);
                   for (int64_t row = begin; row < rows; row++) kernels().ficoco_share(own, row);
                   list_nothing(own, rows, end);
                 });
}

void ficoco_merge(const FicocoMergeArgs& args, int threads) {
  const int64_t kept = args.counts.kept();
  const int64_t bytes = args.batch * 2 * kept * args.dim * size_of(args.dtype);
  for_each_range(args.batch, kept, kTokenGrain, threads_for(bytes, threads),
                 [&](int64_t image, int64_t begin, int64_t end) {
                   const FicocoMergeArgs own = image_of(args, image);
                   kernels().ficoco_merge(own, begin, std::min(end, own.counts.kept()));
                 });
  for (int64_t image = 0; image < args.batch; image++) finish(image_of(args, image), args.counts);
}

void ficoco_v_layer(const FicocoLayer& layer, int threads) {
  const Kernels& k = kernels();
  const AttentionInputs& in = layer.logits.in;
  const FicocoMergeArgs& merge = layer.merge;
  const int64_t bytes = (in.heads + in.key_heads) * in.longest() * in.dim * size_of(in.dtype) +
                        2 * merge.counts.kept() * merge.dim * size_of(merge.dtype);
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
