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
bool all_finite(const float* scores, int64_t n);
int64_t list_chosen(const float* scores, int64_t n, TopScores cut, int32_t* indices,
                    int64_t capacity);

extern const Kernels kKernels;

}  // namespace tkz::cpu::TKZ_ISA
