// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Every instruction set this machine has gives the bits of the most ordinary one.
#include "instruction_sets.h"

#include "cpu/image.h"
#include "cpu/token_lists.h"
#include "selection.h"

using namespace test;
using namespace tkz;

namespace {

/// All that the inner loops write for one image, as bytes.
std::vector<std::vector<unsigned char>> everything(const cpu::Kernels& k, int32_t dtype,
                                                   int64_t dim, int64_t width) {
  const int64_t heads = 19, tokens = 205;
  const tkz_visionzip_params params = budget(30, 21);
  Tensor query(dtype, {1, heads, dim}), keys(dtype, {1, heads, tokens, dim}, Memory::kPadded);
  Tensor input(dtype, {1, tokens, width}), map(dtype, {1, heads, tokens, tokens});
  Tensor logits(TKZ_F32, {1, heads, tokens}), key_mean(TKZ_F32, {1, tokens, dim});
  Tensor row(TKZ_F32, {1, tokens}), received(TKZ_F32, {1, tokens});
  Tensor mean(TKZ_F32, {1, tokens, tokens});
  Tensor paid_logits(TKZ_F32, {1, heads, tokens}), paid_scores(TKZ_F32, {1, tokens});
  query.randomize(1);
  keys.randomize(2);
  input.randomize(3, 300.0f);
  map.randomize(4);
  const DType type = static_cast<DType>(dtype);
  float* const logit_data = static_cast<float*>(logits.view.data);
  float* const mean_data = static_cast<float*>(key_mean.view.data);

  ClsLogitsKeyMeanArgs score = {};
  score.dtype = type;
  score.batch = 1;
  score.heads = heads;
  score.tokens = tokens;
  score.dim = dim;
  score.query = query.view.data;
  score.query_stride_head = query.view.stride[1];
  score.keys = keys.view.data;
  score.keys_stride_head = keys.view.stride[1];
  score.keys_stride_token = keys.view.stride[2];
  score.scale = 0.3f;
  score.logits = logit_data;
  score.key_mean = mean_data;
  k.cls_logits_key_mean(score, 0, tokens);

  const AttentionMap view = {type,
                             1,
                             heads,
                             tokens,
                             map.view.data,
                             map.view.stride[0],
                             map.view.stride[1],
                             map.view.stride[2],
                             {}};
  k.attention_row_from_map({view, 7, true, static_cast<float*>(row.view.data)}, 0, tokens);
  k.attention_received_from_map(
      {view, {1, tokens}, {0, tokens}, tokens, static_cast<float*>(received.view.data)}, 0, tokens);
  k.head_mean_map({view, static_cast<float*>(mean.view.data)}, tokens - 3, 0, tokens);

  AttentionRowArgs paid = {};
  std::vector<PartialSoftmax> partials(heads);
  paid.dtype = type;
  paid.batch = 1;
  paid.heads = paid.key_heads = heads;
  paid.tokens = tokens;
  paid.dim = dim;
  paid.query = score.query;
  paid.query_stride_head = score.query_stride_head;
  paid.keys = score.keys;
  paid.keys_stride_head = score.keys_stride_head;
  paid.keys_stride_token = score.keys_stride_token;
  paid.scale = 0.1f;
  paid.logits = static_cast<float*>(paid_logits.view.data);
  paid.partials = partials.data();
  paid.scores = static_cast<float*>(paid_scores.view.data);
  k.attention_row_logits(paid, 0, tokens);
  k.attention_row_softmax(paid, tokens, 0, heads);
  k.attention_row_scores(paid, 0, tokens);

  Tensor queries(dtype, {1, 1, tokens, dim});
  queries.randomize(5);
  const cpu::AttentionHead head = {
      type, dim, queries.view.data, queries.view.stride[2], keys.view.data, keys.view.stride[2],
      0.3f};
  std::vector<float> lse(cpu::kBlockRows), total(cpu::kBlockRows * cpu::kBlockColumns);
  std::vector<float> share(tokens - 9), scratch(received_scratch(tokens, dim));
  cpu::AttentionBlock block = {};
  block.rows = 21;
  for (int64_t r = 0; r < block.rows; r++) block.row_token[r] = 3 * r - 1;
  block.columns = 37;
  for (int64_t c = 0; c < block.columns; c++) block.column_token[c] = 7 * c % tokens - 1;
  k.row_lse(head, block, tokens, lse.data());
  k.add_head(head, block, lse.data(), total.data());
  k.attention_received(head, tokens, {2, tokens}, {9, tokens}, nullptr, scratch.data(),
                       share.data());

  Selection lists(params, 1, tokens);
  VisionZipSelectArgs select = {};
  select.batch = 1;
  select.heads = heads;
  select.tokens = tokens;
  select.dim = dim;
  select.has_cls = true;
  select.counts = {lists.counts.dominant, lists.counts.target, lists.counts.merged};
  select.logits = logit_data;
  select.logits_stride_head = tokens;
  select.key_mean = mean_data;
  select.lists = {lists.view.dominant, lists.view.target,        lists.view.merged,
                  lists.view.assign,   lists.view.member_offset, lists.view.member,
                  lists.view.scores,   lists.view.non_finite};
  EXPECT_EQUAL(k.visionzip_score(select), true);
  cpu::split_tokens(k, select);
  EXPECT_EQUAL(k.visionzip_assign(select, 0, select.counts.merged), true);
  cpu::group_members(select.counts, select.lists);

  Tensor out(dtype, {1, lists.counts.out, width});
  VisionZipMergeArgs merge = {};
  merge.dtype = type;
  merge.batch = 1;
  merge.tokens = tokens;
  merge.dim = width;
  merge.counts = select.counts;
  merge.input = input.view.data;
  merge.input_stride_token = input.view.stride[1];
  merge.dominant = lists.view.dominant;
  merge.target = lists.view.target;
  merge.member_offset = lists.view.member_offset;
  merge.member = lists.view.member;
  merge.out = out.view.data;
  merge.out_stride_token = out.view.stride[1];
  k.visionzip_merge(merge, 0, lists.counts.out);

  Tensor nearest(TKZ_F32, {tokens}), matrix(TKZ_F32, {1, tokens, tokens});
  Tensor gain(TKZ_F32, {tokens}), factor(TKZ_F32, {9, tokens}), scaled(TKZ_F32, {tokens});
  matrix.randomize(5, 0.1f);
  for (int64_t i = 0; i < tokens; i++) matrix.set({0, i, i}, 1.0f);
  GreedyMaxMinArgs max_min = {};
  max_min.tokens = tokens;
  max_min.is_similarity = true;
  max_min.matrix = static_cast<const float*>(matrix.view.data);
  max_min.matrix_stride_row = tokens;
  max_min.nearest = static_cast<float*>(nearest.view.data);
  EXPECT_EQUAL(k.nearest_distance(max_min, tokens, 0, tokens), true);
  const int64_t farthest = k.largest_left(max_min.nearest, tokens);
  k.come_closer(max_min, tokens, farthest);
  nearest.set({farthest}, 0.0f);
  k.min_max_relevance(max_min.nearest, tokens, static_cast<float*>(scaled.view.data));
  GreedyDppArgs dpp = {};
  dpp.tokens = tokens;
  dpp.similarity = max_min.matrix;
  dpp.similarity_stride_row = tokens;
  dpp.weight = static_cast<const float*>(row.view.data);
  dpp.gain = static_cast<float*>(gain.view.data);
  dpp.factor = static_cast<float*>(factor.view.data);
  EXPECT_EQUAL(k.dpp_diagonal(dpp, 0, tokens), true);
  for (int64_t pick = 0; pick < 9; pick++) {
    const int64_t chosen = k.largest_left(dpp.gain, tokens);
    EXPECT_EQUAL(k.dpp_row(dpp, pick, chosen, dpp.gain[chosen], 0, tokens), true);
  }

  const float* scores = static_cast<const float*>(input.view.data);
  const int64_t score_count = dtype == TKZ_F32 ? input.count() : input.count() / 2;
  std::vector<int32_t> listed(static_cast<size_t>(score_count), -1);
  listed.push_back(k.all_finite(scores, score_count));
  const cpu::TopScores cut = k.top_scores(scores, score_count, score_count / 3);
  EXPECT_EQUAL(k.list_chosen(scores, score_count, cut, listed.data(), score_count),
               score_count / 3);

  std::vector<int32_t> all_entries;
  for (int32_t i = 0; i < lists.counts.merged; i++) all_entries.push_back(i);
  Tensor mixed(dtype, {1, 21, width}), sum(dtype, {1, 1, width});
  const std::vector<float> weights(static_cast<size_t>(tokens), 0.37f);
  MergeMembersArgs mix = {};
  mix.dtype = type;
  mix.rule = MergeRule::kWeightedMean;
  mix.batch = 1;
  mix.targets = lists.counts.target;
  mix.sources = lists.counts.merged;
  mix.copies = 1;
  mix.dim = width;
  mix.target = mix.source = input.view.data;
  mix.target_stride_row = mix.source_stride_row = input.view.stride[1];
  mix.weight = weights.data();
  mix.weight_stride_row = 1;
  mix.offset = lists.view.member_offset;
  mix.member = all_entries.data();
  mix.out = mixed.view.data;
  mix.out_stride_row = mixed.view.stride[1];
  k.merge_members(mix, 0, 0, mix.targets);

  WeightedSumArgs add = {};
  add.dtype = type;
  add.batch = 1;
  add.tokens = tokens;
  add.dim = width;
  add.input = input.view.data;
  add.input_stride_token = input.view.stride[1];
  add.weight = weights.data();
  add.out = sum.view.data;
  k.weighted_sum(add, 0, 0, width);

  const auto raw = [](const auto& v) {
    const unsigned char* p = reinterpret_cast<const unsigned char*>(v.data());
    return std::vector<unsigned char>(p, p + v.size() * sizeof v[0]);
  };
  return {logits.bytes(),    key_mean.bytes(),    row.bytes(),         received.bytes(),
          nearest.bytes(),   scaled.bytes(),      gain.bytes(),        factor.bytes(),
          raw(lists.scores), raw(lists.assign),   raw(lists.member),   out.bytes(),
          mean.bytes(),      paid_logits.bytes(), paid_scores.bytes(), raw(listed),
          raw(lse),          raw(total),          raw(share),          mixed.bytes(),
          sum.bytes()};
}

}  // namespace

int main() {
  for (const int32_t dtype : {TKZ_F32, TKZ_F16, TKZ_BF16}) {
    for (const int64_t dim : {64, 72, 301}) {
      for (const int64_t width : {64, 1100}) {
        expect_same_on_every_set(
            "dtype " + std::to_string(dtype) + " d " + std::to_string(dim),
            [&](const cpu::Kernels& k) { return everything(k, dtype, dim, width); });
      }
    }
  }
  return result();
}
