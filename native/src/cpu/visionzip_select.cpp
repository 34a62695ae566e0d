// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu/image.h"
#include "cpu/kernels.h"
#include "cpu/operators.h"
#include "cpu/parallel.h"
#include "cpu/token_lists.h"

namespace tkz::cpu {

void visionzip_select(const VisionZipSelectArgs& args, int threads) {
  const Kernels& k = kernels();
  const int64_t bytes = args.batch * args.tokens * (args.heads + args.dim) * 4;
  for_each_range(args.batch, 1, 1, threads_for(bytes, threads),
                 [&](int64_t image, int64_t, int64_t) {
                   const VisionZipSelectArgs one = image_of(args, image);
                   bool finite = k.visionzip_score(one);
                   split_tokens(k, one);
                   finite &= k.visionzip_assign(one, 0, one.counts.merged);
                   group_members(one.counts, one.lists);
                   *one.lists.non_finite = finite ? 0 : 1;
                   pad_lists(one, args.counts, args.tokens - (args.has_cls ? 1 : 0));
                 });
}

}  // namespace tkz::cpu
