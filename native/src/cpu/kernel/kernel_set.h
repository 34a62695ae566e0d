// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The functions of one instruction set. Contracts: cpu/kernels.h.
#pragma once

#include "cpu/kernels.h"

namespace tkz::cpu::TKZ_ISA {

void cls_logits_key_mean(const ClsLogitsKeyMeanArgs& a, int64_t begin, int64_t end);
bool visionzip_score(const VisionZipSelectArgs& a);
TopScores top_scores(const float* scores, int64_t n, int64_t k);
bool visionzip_assign(const VisionZipSelectArgs& a, int64_t begin, int64_t end);
void visionzip_merge(const VisionZipMergeArgs& a, int64_t begin, int64_t end);
void attention_row_from_map(const AttentionRowFromMapArgs& a, int64_t begin, int64_t end);
void attention_received_from_map(const AttentionReceivedFromMapArgs& a, int64_t begin, int64_t end);
void head_mean_map(const HeadMeanMapArgs& a, int64_t count, int64_t begin, int64_t end);
void attention_row_logits(const AttentionRowArgs& a, int64_t begin, int64_t end);
void attention_row_softmax(const AttentionRowArgs& a, int64_t count, int64_t begin, int64_t end);
void attention_row_scores(const AttentionRowArgs& a, int64_t begin, int64_t end);
int64_t largest_left(const float* value, int64_t n);
bool nearest_distance(const GreedyMaxMinArgs& a, int64_t tokens, int64_t begin, int64_t end);
void come_closer(const GreedyMaxMinArgs& a, int64_t tokens, int64_t chosen);
bool dpp_diagonal(const GreedyDppArgs& a, int64_t begin, int64_t end);
bool dpp_row(const GreedyDppArgs& a, int64_t pick, int64_t chosen, float gain, int64_t begin,
             int64_t end);
void min_max_relevance(const float* relevance, int64_t n, float* scaled);
void row_mean(DType dtype, const CosineRows& rows, int64_t dim, bool unit, int64_t begin,
              int64_t end);
void row_norm(DType dtype, const CosineRows& rows, int64_t dim, int64_t begin, int64_t end);
void cosine_assign(const CosineAssignArgs& a, int64_t begin, int64_t end);
void cosine_matrix(const CosineMatrixArgs& a, int64_t tokens, int64_t begin, int64_t end);
void mean_cosine(const MeanCosineArgs& a, int64_t begin, int64_t end);
void top_neighbours(const TopNeighboursArgs& a, int64_t begin, int64_t end);
bool all_finite(const float* scores, int64_t n);
int64_t list_chosen(const float* scores, int64_t n, TopScores cut, int32_t* indices,
                    int64_t capacity);
void row_lse(const AttentionHead& head, const AttentionRows& block, int64_t tokens, float* lse);
void attention_received(const AttentionHead& head, int64_t tokens, Range rows, Range columns,
                        const float* lse, float* scratch, float* mean);
void add_head(const AttentionHead& head, const AttentionBlock& block, const float* lse,
              float* total);
void head_mean_logits(const AttentionInputs& in, const AttentionBlock& block, float* out,
                      int64_t pitch);
void ficoco_keys(const FicocoLogitsArgs& a, int64_t begin, int64_t end);
void ficoco_key_mean(const FicocoLogitsArgs& a, int64_t begin, int64_t end);
void ficoco_emitted(const FicocoLogitsArgs& a, int64_t begin, int64_t end);
void ficoco_share(const FicocoSharesArgs& a, int64_t row);
void ficoco_merge(const FicocoMergeArgs& a, int64_t begin, int64_t end);
void weighted_sum(const WeightedSumArgs& a, int64_t image, int64_t begin, int64_t end);
void merge_members(const MergeMembersArgs& a, int64_t image, int64_t begin, int64_t end);
void relevance(const RelevanceArgs& a, int64_t begin, int64_t end);
void relevance_softmax(const RelevanceArgs& a);
void prompt_pool_3d(const PromptPool3dArgs& a, int64_t begin, int64_t end);

extern const Kernels kKernels;

}  // namespace tkz::cpu::TKZ_ISA
