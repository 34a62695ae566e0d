// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu/kernel/kernel_set.h"

#define TKZ_STRING_OF(name) #name
#define TKZ_STRING(macro) TKZ_STRING_OF(macro)

namespace tkz::cpu::TKZ_ISA {

const Kernels kKernels = {
    TKZ_STRING(TKZ_ISA), cls_logits_key_mean, attention_row,   attention_received, visionzip_score,
    top_scores,          visionzip_assign,    visionzip_merge, all_finite,         list_chosen,
};

}  // namespace tkz::cpu::TKZ_ISA
