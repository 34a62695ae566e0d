// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "common/selection_rule.h"
#include "cpu/operators.h"
#include "select/entry_count.h"

namespace tkz::cpu {

// A few hundred integers: never worth a second thread.
void stride_targets(const StrideTargetsArgs& args, int) {
  int32_t* index = args.indices;
  for (int64_t image = 0; image < args.batch; image++) {
    const int64_t count = entry_count(args.ragged, args.counts, image, args.tokens);
    const int64_t stride = target_stride(count, args.targets);
    for (int64_t i = 0; i < args.targets; i++) {
      *index++ = i < count ? static_cast<int32_t>(i * stride) : -1;
    }
  }
}

}  // namespace tkz::cpu
