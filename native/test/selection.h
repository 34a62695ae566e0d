// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// A budget, the selection it needs, and the same selection by plain loops in double.
#pragma once

#include <vector>

#include "tensors.h"

namespace test {

inline tkz_visionzip_params budget(int64_t dominant, int64_t contextual, bool has_cls = true,
                                   int32_t mode = TKZ_TARGET_PLUS_MEAN) {
  return {sizeof(tkz_visionzip_params), has_cls ? 1 : 0, dominant, contextual, mode, 0.125f};
}

/// Lists of one batch, each of its exact size: a write past an end is seen by AddressSanitizer.
struct Selection {
  Selection(const tkz_visionzip_params& params, int64_t batch, int64_t tokens);

  tkz_visionzip_counts counts;
  std::vector<int32_t> dominant, target, merged, assign, member_offset, member, non_finite;
  std::vector<float> scores;
  tkz_visionzip_selection view;
};

/// Softmax of logits [B,H,S] per head, summed over heads, CLS left out: [B,N].
std::vector<double> naive_scores(const Tensor& logits);

/// Lists from scores [B,N] and key means [B,S,d], by sorting and by full cosines.
Selection naive_selection(const tkz_visionzip_params& params, const std::vector<double>& scores,
                          const Tensor& key_mean);

/// Output tokens [B,out,D] of a selection, in double.
std::vector<double> naive_merge(const tkz_visionzip_params& params, const Selection& selection,
                                const Tensor& tokens);

}  // namespace test
