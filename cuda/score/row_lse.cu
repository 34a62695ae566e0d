// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/preload.cuh"
#include "launchers.h"
#include "score/attention_tiles_launch.cuh"
#include "score/row_lse.cuh"

namespace tkz::TKZ_BACKEND {

int row_lse(const RowLseArgs& args, void* stream) {
  const AttentionInputs& in = args.in;
  const int64_t rows = args.lse.padded ? args.lse.rows : in.longest();
  const int64_t blocks = in.batch * in.heads * ceil_div(rows, kTileRows);
  if (blocks == 0) return kSuccess;
  return with_type(in.dtype, [&](auto type) {
    using T = typename decltype(type)::type;
    return launch(is_vector<T>(in) ? row_lse_kernel<T, true> : row_lse_kernel<T, false>, blocks,
                  kTileThreads, tile_bytes<T>(in.dim, 2, 0), stream, args);
  });
}

int load_row_lse() {
  return load_kernels(row_lse_kernel<float, true>, row_lse_kernel<float, false>,
                      row_lse_kernel<Half, true>, row_lse_kernel<Half, false>,
                      row_lse_kernel<BFloat16, true>, row_lse_kernel<BFloat16, false>);
}

}  // namespace tkz::TKZ_BACKEND
