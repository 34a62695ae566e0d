// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu/image.h"
#include "cpu/kernels.h"
#include "cpu/operators.h"
#include "cpu/parallel.h"

namespace tkz::cpu {

void cls_logits_key_mean(const ClsLogitsKeyMeanArgs& args, int threads) {
  const int64_t bytes = args.batch * args.heads * args.tokens * args.dim * size_of(args.dtype);
  for_each_range(args.batch, args.tokens, 32, threads_for(bytes, threads),
                 [&](int64_t image, int64_t begin, int64_t end) {
                   kernels().cls_logits_key_mean(image_of(args, image), begin, end);
                 });
}

}  // namespace tkz::cpu
