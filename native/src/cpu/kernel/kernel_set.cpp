// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu/kernel/kernel_set.h"

#define TKZ_STRING_OF(name) #name
#define TKZ_STRING(macro) TKZ_STRING_OF(macro)

namespace tkz::cpu::TKZ_ISA {

const Kernels kKernels = {
    TKZ_STRING(TKZ_ISA),
    cls_logits_key_mean,
    visionzip_score,
    top_scores,
    visionzip_assign,
    visionzip_merge,
    // Attention
    attention_row_from_map,
    attention_received_from_map,
    head_mean_map,
    attention_row_logits,
    attention_row_softmax,
    attention_row_scores,
    // Merging
    weighted_sum,
    merge_members,
};

}  // namespace tkz::cpu::TKZ_ISA
