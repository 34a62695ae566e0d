// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// One call of every operator on small inputs, for tests of what all of them have to keep.
#pragma once

#include <deque>
#include <functional>
#include <string>

#include "expect.h"
#include "ints.h"
#include "selection.h"

namespace test {

constexpr int64_t kBatch = 2, kHeads = 2, kTokens = 13, kHeadDim = 8, kDim = 20, kKept = 4;

/// What the operators write: elements of 4 bytes, every one of which they have to set.
class Outputs {
 public:
  int32_t* list(const char* name, int64_t count) {
    all_.push_back({name, std::vector<unsigned char>(static_cast<size_t>(4 * count))});
    return reinterpret_cast<int32_t*>(all_.back().bytes.data());
  }
  int32_t* flags(const char* name) { return list(name, kBatch); }

  tkz_tensor tensor(const char* name, int32_t dtype, const std::vector<int64_t>& shape) {
    tkz_tensor view = {};
    view.dtype = dtype;
    view.ndim = static_cast<int32_t>(shape.size());
    int64_t count = 1;
    for (int d = view.ndim - 1; d >= 0; d--) {
      view.shape[d] = shape[static_cast<size_t>(d)];
      view.stride[d] = count;
      count *= view.shape[d];
    }
    view.data = list(name, count);
    return view;
  }
  tkz_tensor f32(const char* name, const std::vector<int64_t>& shape) {
    return tensor(name, TKZ_F32, shape);
  }
  tkz_tensor i32(const char* name, const std::vector<int64_t>& shape) {
    return tensor(name, TKZ_I32, shape);
  }

  void fill(int value) {
    for (Output& one : all_) memset(one.bytes.data(), value, one.bytes.size());
  }
  void expect_same(const Outputs& first) const {
    for (size_t i = 0; i < all_.size(); i++) {
      if (all_[i].bytes != first.all_[i].bytes) EXPECT_EQUAL("changed", std::string(all_[i].name));
    }
  }

 private:
  struct Output {
    const char* name;
    std::vector<unsigned char> bytes;
  };
  std::deque<Output> all_;
};

struct Inputs {
  Tensor cls{TKZ_F32, {kBatch, kHeads, kHeadDim}};
  Tensor query{TKZ_F32, {kBatch, kHeads, kTokens, kHeadDim}};
  Tensor keys{TKZ_F32, {kBatch, kHeads, kTokens, kHeadDim}};
  Tensor map{TKZ_F32, {kBatch, kHeads, kTokens, kTokens}};
  Tensor tokens{TKZ_F32, {kBatch, kTokens, kDim}}, kept{TKZ_F32, {kBatch, kKept, kDim}};
  Tensor scores{TKZ_F32, {kBatch, kTokens}}, threshold{TKZ_F32, {kBatch}};
  Tensor rows{TKZ_F32, {kBatch, 3, kTokens}};
  Tensor distance{TKZ_F32, {kBatch, kTokens, kTokens}};
  Tensor similarity{TKZ_F32, {kBatch, kTokens, kTokens}};
  Tensor sizes{TKZ_F32, {kBatch, kTokens}}, kept_sizes{TKZ_F32, {kBatch, kKept}};
  Tensor shares{TKZ_F32, {kBatch, kKept, 2}}, text{TKZ_F32, {kBatch, kDim}};
  Tensor video{TKZ_F32, {kBatch, 2, 4, 4, kDim}}, weight{TKZ_F32, {kBatch, 2, 4, 4}};
  Ints cell{{kBatch, kTokens}}, assign{{kBatch, kTokens}}, index{{kBatch, kKept}};
  Ints share_index{{kBatch, kKept, 2}}, plan{{kBatch, kKept, 2}};

  Inputs() {
    uint32_t seed = 1;
    for (Tensor* input : {&cls, &query, &keys, &map, &tokens, &kept, &scores, &threshold, &rows,
                          &shares, &text, &video, &weight}) {
      input->randomize(seed++);
    }
    sizes.fill(std::vector<float>(kBatch * kTokens, 1.5f));
    kept_sizes.fill(std::vector<float>(kBatch * kKept, 2.5f));
    for (int64_t b = 0; b < kBatch; b++) {
      for (int64_t i = 0; i < kTokens; i++) {
        for (int64_t j = 0; j < kTokens; j++) {
          const float wave = std::cos(0.7f * static_cast<float>((i - j) * (b + 1)));
          similarity.set({b, i, j}, i == j ? 1.0f : 0.6f * wave);
          distance.set({b, i, j}, 1.0f - similarity.get({b, i, j}));
        }
      }
    }
    const auto count = [](Ints& ints, int32_t step, int32_t limit) {
      int32_t next = 0;
      for (int32_t& value : ints.data) value = (next += step) % limit;
    };
    count(cell, 1, 12);
    count(assign, 3, kKept + 1);  // kKept is none
    count(index, 5, kTokens);
    count(share_index, 4, kTokens);
    count(plan, 3, 5);
  }
};

/// One call of every operator on `in`, in the order of the headers.
class EveryOperator {
 public:
  EveryOperator() {
    tkz_visionzip_counts counts;
    if (tkz_visionzip_count(&budget_, kTokens, &counts) != TKZ_OK) abort();
    lists_.size = sizeof lists_;
    lists_.dominant = out.list("visionzip dominant", kBatch * counts.dominant);
    lists_.target = out.list("visionzip target", kBatch * counts.target);
    lists_.merged = out.list("visionzip merged", kBatch * counts.merged);
    lists_.assign = out.list("visionzip assign", kBatch * counts.merged);
    lists_.member_offset = out.list("visionzip offset", kBatch * (counts.target + 1));
    lists_.member = out.list("visionzip member", kBatch * counts.merged);
    lists_.non_finite = out.flags("visionzip flags");
    visionzip_ = out.f32("visionzip", {kBatch, counts.dominant + counts.target, kDim});
    scores_of_lists_ = out.f32("visionzip scores", {kBatch, kTokens - 1});
    lists_.scores = static_cast<float*>(scores_of_lists_.data);
    for (Reduction* layer : {&paper_, &released_}) {
      layer->scores = out.f32("ficoco scores", {kBatch, kTokens});
      layer->weights = out.f32("ficoco weights", {kBatch, kGone, 2});
      layer->left = out.f32("ficoco", {kBatch, kTokens - kGone, kDim});
      layer->step = {sizeof layer->step,
                     static_cast<float*>(layer->scores.data),
                     out.list("ficoco removed", kBatch * kGone),
                     out.list("ficoco kept", kBatch * (kTokens - kGone)),
                     out.list("ficoco cells", kBatch * (kTokens - kGone)),
                     out.list("ficoco targets", kBatch * kGone * 2),
                     static_cast<float*>(layer->weights.data),
                     out.list("ficoco count", kBatch * kGone),
                     out.flags("ficoco flags")};
    }
  }

  /// Hands the calls over, in an order in which each finds what it needs.
  using Each = std::function<void(const char* name, const std::function<int32_t()>& call)>;
  void for_each(tkz_ctx* ctx, tkz_stream stream, const Each& each) {
    scores(ctx, stream, each);
    attention(ctx, stream, each);
    selection(ctx, stream, each);
    diversity(ctx, stream, each);
    assignment(ctx, stream, each);
    merging(ctx, stream, each);
    pooling(ctx, stream, each);
    each("tkz_ficoco_v_layer, paper",
         [&] { return reduce(ctx, stream, TKZ_FICOCO_PAPER, &row_lse_, &received_, paper_); });
    each("tkz_ficoco_v_layer, released",
         [&] { return reduce(ctx, stream, TKZ_FICOCO_RELEASED, nullptr, nullptr, released_); });
    each("tkz_visionzip", [&] {
      return tkz_visionzip(ctx, stream, &budget_, nullptr, &in.cls.view, &in.keys.view,
                           &in.tokens.view, &lists_, &visionzip_, space(), kSpace);
    });
  }

  /// Overwrites what calls leave behind.
  void forget(int garbage) {
    out.fill(garbage);
    memset(memory_.data(), garbage, memory_.size());
  }

  Inputs in;
  Outputs out;

 private:
  void scores(tkz_ctx* ctx, tkz_stream stream, const Each& each) {
    each("tkz_cls_logits_key_mean", [&] {
      return tkz_cls_logits_key_mean(ctx, stream, nullptr, &in.cls.view, &in.keys.view, kScale,
                                     &logits_, &key_mean_);
    });
    each("tkz_head_mean_keys",
         [&] { return tkz_head_mean_keys(ctx, stream, nullptr, &in.keys.view, &head_mean_keys_); });
    const tkz_attention_row_params row = {sizeof row, TKZ_HEADS_MEAN, kScale};
    each("tkz_attention_row", [&] {
      return tkz_attention_row(ctx, stream, &row, nullptr, &in.cls.view, &in.keys.view,
                               &attention_row_, row_flags_, space(), kSpace);
    });
    each("tkz_attention_row_from_map", [&] {
      return tkz_attention_row_from_map(ctx, stream, nullptr, &in.map.view, 2, TKZ_HEADS_SUM,
                                        &row_of_map_);
    });
    each("tkz_attention_received_from_map", [&] {
      return tkz_attention_received_from_map(ctx, stream, nullptr, &in.map.view, 1, -1, 0, -1,
                                             &received_of_map_);
    });
    each("tkz_head_mean_map",
         [&] { return tkz_head_mean_map(ctx, stream, nullptr, &in.map.view, &mean_map_); });
  }

  void attention(tkz_ctx* ctx, tkz_stream stream, const Each& each) {
    each("tkz_row_lse", [&] {
      return tkz_row_lse(ctx, stream, nullptr, kScale, &in.query.view, &in.keys.view, &row_lse_);
    });
    const tkz_attention_received_params received = {sizeof received, kScale, 0, -1, 0, -1, 0, 0};
    each("tkz_attention_received", [&] {
      return tkz_attention_received(ctx, stream, &received, nullptr, &in.query.view, &in.keys.view,
                                    nullptr, &received_, received_flags_, space(), kSpace);
    });
    const tkz_head_mean_params mean = {sizeof mean, kScale};
    each("tkz_head_mean_logits", [&] {
      return tkz_head_mean_logits(ctx, stream, &mean, nullptr, &in.query.view, &in.keys.view,
                                  nullptr, nullptr, &mean_logits_);
    });
    each("tkz_head_mean_probabilities", [&] {
      return tkz_head_mean_probabilities(ctx, stream, &mean, nullptr, &in.query.view, &in.keys.view,
                                         nullptr, nullptr, &probabilities_, space(), kSpace);
    });
  }

  void selection(tkz_ctx* ctx, tkz_stream stream, const Each& each) {
    const tkz_top_k_params top = {sizeof top, 1, kKept};
    each("tkz_top_k", [&] {
      return tkz_top_k(ctx, stream, &top, nullptr, &in.scores.view, &top_, &top_values_,
                       top_flags_);
    });
    each("tkz_threshold_select", [&] {
      return tkz_threshold_select(ctx, stream, nullptr, &in.scores.view, &in.threshold.view,
                                  &above_, &above_count_, above_flags_);
    });
    const tkz_stride_targets_params stride = {sizeof stride, 0, kTokens};
    each("tkz_stride_targets",
         [&] { return tkz_stride_targets(ctx, stream, &stride, nullptr, nullptr, &stride_); });
    const tkz_quantile_select_params quantile = {sizeof quantile, 0, 0.7};
    each("tkz_quantile_select", [&] {
      return tkz_quantile_select(ctx, stream, &quantile, nullptr, &in.rows.view, nullptr,
                                 &quantile_, &quantile_count_, quantile_flags_);
    });
    const tkz_local_penalty_params penalty = {sizeof penalty, 2.0f, 3, 4, 2, 2};
    each("tkz_local_penalty", [&] {
      return tkz_local_penalty(ctx, stream, &penalty, nullptr, &in.scores.view, &in.cell.view,
                               &penalised_, penalised_flags_);
    });
  }

  void diversity(tkz_ctx* ctx, tkz_stream stream, const Each& each) {
    const tkz_greedy_max_min_params far = {sizeof far, TKZ_DISTANCE, 1, 0, kKept};
    each("tkz_greedy_max_min", [&] {
      return tkz_greedy_max_min(ctx, stream, &far, nullptr, &in.distance.view, &far_, far_flags_,
                                space(), kSpace);
    });
    each("tkz_min_max_relevance",
         [&] { return tkz_min_max_relevance(ctx, stream, nullptr, &in.scores.view, &scaled_); });
    const tkz_greedy_dpp_params likely = {sizeof likely, 1, kKept};
    each("tkz_greedy_dpp", [&] {
      return tkz_greedy_dpp(ctx, stream, &likely, nullptr, &in.similarity.view, &scaled_, &likely_,
                            likely_flags_, space(), kSpace);
    });
  }

  void assignment(tkz_ctx* ctx, tkz_stream stream, const Each& each) {
    const tkz_cosine_params cosine = {sizeof cosine, 1};
    each("tkz_cosine_assign", [&] {
      return tkz_cosine_assign(ctx, stream, &cosine, nullptr, &in.tokens.view, nullptr,
                               &in.kept.view, nullptr, &assigned_, &best_, assign_flags_, space(),
                               kSpace);
    });
    each("tkz_cosine_matrix", [&] {
      return tkz_cosine_matrix(ctx, stream, &cosine, nullptr, &in.tokens.view, &matrix_,
                               matrix_flags_, space(), kSpace);
    });
    each("tkz_mean_cosine", [&] {
      return tkz_mean_cosine(ctx, stream, nullptr, &in.tokens.view, &mean_cosine_, mean_flags_,
                             space(), kSpace);
    });
    const tkz_top_neighbours_params near = {sizeof near, 0, 3, 1};
    each("tkz_top_neighbours", [&] {
      return tkz_top_neighbours(ctx, stream, &near, nullptr, &in.tokens.view, nullptr, &neighbours_,
                                &neighbour_cosines_, neighbour_flags_, space(), kSpace);
    });
  }

  void merging(tkz_ctx* ctx, tkz_stream stream, const Each& each) {
    each("tkz_gather", [&] {
      return tkz_gather(ctx, stream, nullptr, &in.tokens.view, &in.index.view, &gathered_);
    });
    const tkz_tensor* const pieces[] = {&in.tokens.view, &in.kept.view};
    each("tkz_layout",
         [&] { return tkz_layout(ctx, stream, nullptr, pieces, 2, &in.plan.view, &laid_out_); });
    each("tkz_weighted_sum", [&] {
      return tkz_weighted_sum(ctx, stream, nullptr, &in.tokens.view, &in.scores.view, nullptr,
                              &weighted_sum_);
    });
    const tkz_merge_params merge = {sizeof merge, TKZ_TARGET_PLUS_MEAN};
    each("tkz_target_mean_merge", [&] {
      return tkz_target_mean_merge(ctx, stream, &merge, nullptr, &in.kept.view, &in.tokens.view,
                                   &in.assign.view, &target_mean_, space(), kSpace);
    });
    each("tkz_size_weighted_merge", [&] {
      return tkz_size_weighted_merge(ctx, stream, nullptr, &in.kept.view, &in.kept_sizes.view,
                                     &in.tokens.view, &in.sizes.view, &in.assign.view,
                                     &size_weighted_, &new_sizes_, space(), kSpace);
    });
    each("tkz_self_preserving_merge", [&] {
      return tkz_self_preserving_merge(ctx, stream, nullptr, &in.tokens.view, &in.kept.view,
                                       &in.share_index.view, &in.shares.view, &self_preserving_,
                                       space(), kSpace);
    });
    each("tkz_scatter_add", [&] {
      return tkz_scatter_add(ctx, stream, nullptr, &in.tokens.view, &in.assign.view, &in.kept.view,
                             &scattered_, space(), kSpace);
    });
  }

  void pooling(tkz_ctx* ctx, tkz_stream stream, const Each& each) {
    const tkz_relevance_params relevance = {sizeof relevance, 1, 20.0f};
    each("tkz_relevance", [&] {
      return tkz_relevance(ctx, stream, &relevance, nullptr, &in.tokens.view, &in.text.view,
                           &relevance_, relevance_flags_);
    });
    tkz_prompt_pool_params pool = {};
    pool.size = sizeof pool;
    pool.temperature = 0.5f;
    for (int64_t* axis : {pool.kernel, pool.stride}) axis[0] = axis[1] = axis[2] = 2;
    each("tkz_prompt_pool_3d", [&] {
      return tkz_prompt_pool_3d(ctx, stream, &pool, nullptr, &in.video.view, &in.weight.view,
                                &pooled_, pool_flags_);
    });
  }

  /// What a layer of FiCoCo-V decides and leaves.
  struct Reduction {
    tkz_tensor scores, weights, left;
    tkz_ficoco_v_step step;
  };

  int32_t reduce(tkz_ctx* ctx, tkz_stream stream, int32_t preset, const tkz_tensor* lse,
                 const tkz_tensor* seen, Reduction& to) {
    const tkz_ficoco_v_params layer = {sizeof layer, preset, 0, kScale, 0.35, 0.8, kGone, 2,
                                       2.0f,         3,      4, 2,      2,    0};
    return tkz_ficoco_v_layer(ctx, stream, &layer, nullptr, &in.query.view, &in.keys.view,
                              &in.tokens.view, &in.cell.view, lse, seen, &in.scores.view, &to.step,
                              &to.left, space(), kSpace);
  }

  static constexpr int64_t kGone = 3;
  static constexpr float kScale = 0.35f;
  static constexpr size_t kSpace = 1 << 16;  // more than any of the calls needs

  void* space() {
    const auto address = reinterpret_cast<uintptr_t>(memory_.data());
    return memory_.data() + (256 - address % 256) % 256;
  }

  std::vector<unsigned char> memory_ = std::vector<unsigned char>(kSpace + 256);
  tkz_tensor logits_ = out.f32("logits", {kBatch, kHeads, kTokens});
  tkz_tensor key_mean_ = out.f32("key mean", {kBatch, kTokens, kHeadDim});
  tkz_tensor head_mean_keys_ = out.f32("head mean keys", {kBatch, kTokens, kHeadDim});
  tkz_tensor attention_row_ = out.f32("attention row", {kBatch, kTokens});
  tkz_tensor row_of_map_ = out.f32("row of map", {kBatch, kTokens});
  tkz_tensor received_of_map_ = out.f32("received of map", {kBatch, kTokens});
  tkz_tensor mean_map_ = out.f32("mean map", {kBatch, kTokens, kTokens});
  tkz_tensor row_lse_ = out.f32("row lse", {kBatch, kHeads, kTokens});
  tkz_tensor received_ = out.f32("received", {kBatch, kTokens});
  tkz_tensor mean_logits_ = out.f32("mean logits", {kBatch, kTokens, kTokens});
  tkz_tensor probabilities_ = out.f32("probabilities", {kBatch, kTokens, kTokens});
  tkz_tensor top_ = out.i32("top", {kBatch, kKept});
  tkz_tensor top_values_ = out.f32("top values", {kBatch, kKept});
  int32_t* top_flags_ = out.flags("top flags");
  tkz_tensor above_ = out.i32("above", {kBatch, kTokens});
  tkz_tensor above_count_ = out.i32("above count", {kBatch});
  int32_t* above_flags_ = out.flags("above flags");
  tkz_tensor stride_ = out.i32("stride", {kBatch, kKept});
  tkz_tensor quantile_ = out.i32("quantile", {kBatch, 3, kTokens});
  tkz_tensor quantile_count_ = out.i32("quantile count", {kBatch, 3});
  int32_t* quantile_flags_ = out.flags("quantile flags");
  tkz_tensor penalised_ = out.f32("penalised", {kBatch, kTokens});
  int32_t* penalised_flags_ = out.flags("penalised flags");
  tkz_tensor far_ = out.i32("far", {kBatch, kKept});
  tkz_tensor scaled_ = out.f32("scaled", {kBatch, kTokens});
  tkz_tensor likely_ = out.i32("likely", {kBatch, kKept});
  tkz_tensor assigned_ = out.i32("assigned", {kBatch, kTokens});
  tkz_tensor best_ = out.f32("best", {kBatch, kTokens});
  tkz_tensor matrix_ = out.f32("matrix", {kBatch, kTokens, kTokens});
  tkz_tensor mean_cosine_ = out.f32("mean cosine", {kBatch, kTokens});
  tkz_tensor neighbours_ = out.i32("neighbours", {kBatch, kTokens, 3});
  tkz_tensor neighbour_cosines_ = out.f32("neighbour cosines", {kBatch, kTokens, 3});
  tkz_tensor gathered_ = out.f32("gathered", {kBatch, kKept, kDim});
  tkz_tensor laid_out_ = out.f32("laid out", {kBatch, kKept, kDim});
  tkz_tensor weighted_sum_ = out.f32("weighted sum", {kBatch, 1, kDim});
  tkz_tensor target_mean_ = out.f32("target mean", {kBatch, kKept, kDim});
  tkz_tensor size_weighted_ = out.f32("size weighted", {kBatch, kKept, kDim});
  tkz_tensor new_sizes_ = out.f32("new sizes", {kBatch, kKept});
  tkz_tensor self_preserving_ = out.f32("self preserving", {kBatch, kTokens, kDim});
  tkz_tensor scattered_ = out.f32("scattered", {kBatch, kKept, kDim});
  tkz_tensor relevance_ = out.f32("relevance", {kBatch, kTokens});
  tkz_tensor pooled_ = out.f32("pooled", {kBatch, 1, 2, 2, kDim});
  int32_t* row_flags_ = out.flags("row flags");
  int32_t* received_flags_ = out.flags("received flags");
  int32_t* far_flags_ = out.flags("far flags");
  int32_t* likely_flags_ = out.flags("likely flags");
  int32_t* assign_flags_ = out.flags("assign flags");
  int32_t* matrix_flags_ = out.flags("matrix flags");
  int32_t* mean_flags_ = out.flags("mean flags");
  int32_t* neighbour_flags_ = out.flags("neighbour flags");
  int32_t* relevance_flags_ = out.flags("relevance flags");
  int32_t* pool_flags_ = out.flags("pool flags");
  tkz_visionzip_params budget_ = budget(4, 2);
  tkz_visionzip_selection lists_ = {};
  tkz_tensor visionzip_ = {}, scores_of_lists_ = {};
  Reduction paper_ = {}, released_ = {};
};

}  // namespace test
