// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/preload.cuh"
#include "launchers.h"

namespace tkz::TKZ_BACKEND {

int preload() {
  int (*const loaders[])() = {
      load_cls_logits_key_mean, load_attention_row, load_attention_received, load_visionzip_select,
      load_visionzip_merge,     load_top_k,         load_threshold_select,   load_stride_targets,
      load_quantile_select,     load_local_penalty};
  for (const auto load : loaders) {
    if (const int error = load()) return error;
  }
  return 0;
}

}  // namespace tkz::TKZ_BACKEND
