// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu/image.h"
#include "cpu/kernels.h"
#include "cpu/operators.h"
#include "cpu/parallel.h"

namespace tkz::cpu {

void visionzip_merge(const VisionZipMergeArgs& args, int threads) {
  const int64_t bytes = args.batch * args.tokens * args.dim * size_of(args.dtype);
  const int team = threads_for(bytes, threads);
  const int64_t rows = args.counts.dominant + args.counts.target;
  // Targets differ widely in members, so their rows are handed out one by one.
  const int64_t grain = args.batch >= team ? rows : 1;
  for_each_range(args.batch, rows, grain, team, [&](int64_t image, int64_t begin, int64_t end) {
    kernels().visionzip_merge(image_of(args, image), begin, end);
  });
}

}  // namespace tkz::cpu
