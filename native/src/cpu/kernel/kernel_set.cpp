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
    attention_row_from_map,
    attention_received_from_map,
    head_mean_map,
    attention_row_logits,
    attention_row_softmax,
    attention_row_scores,
    largest_left,
    nearest_distance,
    come_closer,
    dpp_diagonal,
    dpp_row,
    min_max_relevance,
    row_mean,
    row_norm,
    cosine_assign,
    cosine_matrix,
    mean_cosine,
    top_neighbours,
    all_finite,
    list_chosen,
    row_lse,
    attention_received,
    add_head,
    head_mean_logits,
    ficoco_keys,
    ficoco_key_mean,
    ficoco_emitted,
    ficoco_share,
    ficoco_merge,
    weighted_sum,
    merge_members,
    relevance,
    relevance_softmax,
    prompt_pool_3d,
};

}  // namespace tkz::cpu::TKZ_ISA
