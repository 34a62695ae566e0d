// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu/image.h"
#include "cpu/kernels.h"
#include "cpu/operators.h"
#include "cpu/parallel.h"

namespace tkz::cpu {

void cls_logits_key_mean(const ClsLogitsKeyMeanArgs& args, int threads) {
  const int64_t longest = args.ragged.longest(args.tokens);
  const int64_t bytes = args.batch * args.heads * longest * args.dim * size_of(args.dtype);
  for_each_range(args.batch, longest, 32, threads_for(bytes, threads),
                 [&](int64_t image, int64_t begin, int64_t end) {
                   end = std::min(end, args.ragged.picture(image, args.tokens).count);
                   if (begin < end) {
                     kernels().cls_logits_key_mean(image_of(args, image), begin, end);
                   }
                 });
}

}  // namespace tkz::cpu
