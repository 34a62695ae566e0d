// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include <cstring>

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
    const VisionZipMergeArgs one = image_of(args, image);
    const int64_t own = one.counts.dominant + one.counts.target;
    kernels().visionzip_merge(one, begin, std::min(end, own));
    for (int64_t row = std::max(begin, own); row < end; row++) {
      const int64_t size = size_of(args.dtype);
      memset(static_cast<char*>(one.out) + row * args.out_stride_token * size, 0,
             static_cast<size_t>(args.dim * size));
    }
  });
}

}  // namespace tkz::cpu
