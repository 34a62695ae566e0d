// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/launch.cuh"
#include "common/preload.cuh"
#include "launchers.h"
#include "score/attention_row.cuh"

namespace tkz::TKZ_BACKEND {

int attention_row(const AttentionMapArgs& args, void* stream) {
  const int64_t items = args.batch * args.tokens;
  if (items == 0) return kSuccess;
  return with_type(args.dtype, [&](auto type) {
    using T = typename decltype(type)::type;
    return launch(attention_row_kernel<T>, ceil_div(items, kRowThreads), kRowThreads, 0, stream,
                  args);
  });
}

int load_attention_row() {
  return load_kernels(attention_row_kernel<float>, attention_row_kernel<Half>,
                      attention_row_kernel<BFloat16>);
}

}  // namespace tkz::TKZ_BACKEND
