// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// One per operator: loads its kernels onto the current device; see tkz::cuda::preload().
#pragma once

#include "common/device.cuh"

namespace tkz::TKZ_BACKEND {

int load_cls_logits_key_mean();
int load_attention_row();
int load_attention_received();
int load_visionzip_select();
int load_visionzip_merge();
int load_top_k();
int load_threshold_select();
int load_stride_targets();
int load_quantile_select();
int load_local_penalty();

}  // namespace tkz::TKZ_BACKEND
