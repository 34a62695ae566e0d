// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The functions of one instruction set. Contracts: cpu/kernels.h.
#pragma once

#include "cpu/kernels.h"

namespace tkz::cpu::TKZ_ISA {

void cls_logits_key_mean(const ClsLogitsKeyMeanArgs& a, int64_t begin, int64_t end);
void attention_row(const AttentionMapArgs& a, int64_t begin, int64_t end);
void attention_received(const AttentionMapArgs& a, int64_t begin, int64_t end);
bool visionzip_score(const VisionZipSelectArgs& a);
TopScores top_scores(const float* scores, int64_t n, int64_t k);
bool visionzip_assign(const VisionZipSelectArgs& a, int64_t begin, int64_t end);
void visionzip_merge(const VisionZipMergeArgs& a, int64_t begin, int64_t end);
void row_mean(DType dtype, const CosineRows& rows, int64_t dim, bool unit, int64_t begin,
              int64_t end);
void row_norm(DType dtype, const CosineRows& rows, int64_t dim, int64_t begin, int64_t end);
void cosine_assign(const CosineAssignArgs& a, int64_t begin, int64_t end);
void cosine_matrix(const CosineMatrixArgs& a, int64_t tokens, int64_t begin, int64_t end);
void mean_cosine(const MeanCosineArgs& a, int64_t begin, int64_t end);
void top_neighbours(const TopNeighboursArgs& a, int64_t begin, int64_t end);

extern const Kernels kKernels;

}  // namespace tkz::cpu::TKZ_ISA
