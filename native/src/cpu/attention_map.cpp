// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu/image.h"
#include "cpu/kernels.h"
#include "cpu/operators.h"
#include "cpu/parallel.h"

namespace tkz::cpu {

void attention_row(const AttentionMapArgs& args, int threads) {
  const int64_t bytes = args.batch * args.heads * args.tokens * size_of(args.dtype);
  for_each_range(args.batch, args.tokens, 64, threads_for(bytes, threads),
                 [&](int64_t image, int64_t begin, int64_t end) {
                   kernels().attention_row(image_of(args, image), begin, end);
                 });
}

void attention_received(const AttentionMapArgs& args, int threads) {
  const int64_t bytes = args.batch * args.heads * args.tokens * args.tokens * size_of(args.dtype);
  for_each_range(args.batch, args.tokens, 64, threads_for(bytes, threads),
                 [&](int64_t image, int64_t begin, int64_t end) {
                   kernels().attention_received(image_of(args, image), begin, end);
                 });
}

}  // namespace tkz::cpu
