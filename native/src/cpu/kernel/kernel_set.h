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
void weighted_sum(const WeightedSumArgs& a, int64_t image, int64_t begin, int64_t end);
void merge_members(const MergeMembersArgs& a, int64_t image, int64_t begin, int64_t end);

extern const Kernels kKernels;

}  // namespace tkz::cpu::TKZ_ISA
