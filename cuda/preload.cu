// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/preload.cuh"
#include "launchers.h"

namespace tkz::TKZ_BACKEND {

int preload() {
  int (*const loaders[])() = {load_cls_logits_key_mean,
                              load_visionzip_select,
                              load_visionzip_merge,
                              load_attention_row_from_map,
                              load_attention_received_from_map,
                              load_head_mean_map,
                              load_attention_row};
  for (const auto load : loaders) {
    if (const int error = load()) return error;
  }
  return 0;
}

}  // namespace tkz::TKZ_BACKEND
