// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/preload.cuh"
#include "launchers.h"
#include "score/attention_received.cuh"
#include "score/attention_tiles_launch.cuh"

namespace tkz::TKZ_BACKEND {

int attention_received(const AttentionReceivedArgs& args, void* stream) {
  const AttentionInputs& in = args.in;
  if (in.batch == 0) return kSuccess;
  const int64_t blocks = in.batch * in.heads * ceil_div(args.width, kTileRows);
  const int error = blocks == 0 ? kSuccess : with_type(in.dtype, [&](auto type) {
    using T = typename decltype(type)::type;
    const int64_t shared_bytes = tile_bytes<T>(in.dim, 2, 2 * kTileColumns<T>);
    return launch(
        is_vector<T>(in) ? attention_received_kernel<T, true> : attention_received_kernel<T, false>,
        blocks, kTileThreads, shared_bytes, stream, args);
  });
  if (error != kSuccess || (args.per_head && args.non_finite == nullptr)) return error;
  return launch(attention_received_finish_kernel, in.batch, kFinishThreads, 0, stream, args);
}

int load_attention_received() {
  return load_kernels(attention_received_kernel<float, true>,
                      attention_received_kernel<float, false>,
                      attention_received_kernel<Half, true>, attention_received_kernel<Half, false>,
                      attention_received_kernel<BFloat16, true>,
                      attention_received_kernel<BFloat16, false>, attention_received_finish_kernel);
}

}  // namespace tkz::TKZ_BACKEND
