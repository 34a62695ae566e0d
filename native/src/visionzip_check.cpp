// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "visionzip_check.h"

namespace tkz {

void check_params(ArgumentCheck& check, const tkz_visionzip_params* params) {
  check.not_null(params, "params");
  if (!check.ok()) return;
  const tkz_visionzip_params& p = *params;
  check
      .require(p.size == sizeof p, TKZ_INVALID_ARGUMENT, "params.size must be %zu, got %u",
               sizeof p, p.size)
      .require(p.has_cls == 0 || p.has_cls == 1, TKZ_INVALID_ARGUMENT,
               "params.has_cls must be 0 or 1, got %d", p.has_cls)
      .require(p.dominant >= p.has_cls, TKZ_INVALID_ARGUMENT,
               "params.dominant must be %d or more%s, got %lld", p.has_cls,
               p.has_cls ? " (it counts CLS)" : "", static_cast<long long>(p.dominant))
      .require(p.contextual >= 0, TKZ_INVALID_ARGUMENT,
               "params.contextual must be 0 or more, got %lld",
               static_cast<long long>(p.contextual))
      .require(p.merge_mode == TKZ_TARGET_PLUS_MEAN || p.merge_mode == TKZ_MEAN_WITH_TARGET,
               TKZ_INVALID_ARGUMENT,
               "params.merge_mode must be 0 (target plus mean) or 1 (mean with target), got %d",
               p.merge_mode);
}

void check_selection(ArgumentCheck& check, const tkz_visionzip_selection* selection,
                     const VisionZipCounts& counts, Use use) {
  check.not_null(selection, "selection");
  if (!check.ok()) return;
  const tkz_visionzip_selection& s = *selection;
  check.require(s.size == sizeof s, TKZ_INVALID_ARGUMENT, "selection.size must be %zu, got %u",
                sizeof s, s.size);
  const auto array = [&](const void* data, int64_t count, const char* name) {
    check.require(data != nullptr || count == 0, TKZ_INVALID_ARGUMENT,
                  "selection.%s must point to %lld values per picture, got null", name,
                  static_cast<long long>(count));
  };
  array(s.dominant, counts.dominant, "dominant");
  array(s.target, counts.target, "target");
  const bool offsets_used = use == Use::kFill || counts.target > 0;
  array(s.member_offset, offsets_used ? counts.target + 1 : 0, "member_offset");
  array(s.member, counts.merged, "member");
  if (use == Use::kMerge) return;
  array(s.merged, counts.merged, "merged");
  array(s.assign, counts.merged, "assign");
  array(s.scores, check['N'], "scores");
  array(s.non_finite, 1, "non_finite");
}

}  // namespace tkz
