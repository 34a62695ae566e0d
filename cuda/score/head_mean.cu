// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/preload.cuh"
#include "launchers.h"
#include "score/attention_tiles_launch.cuh"
#include "score/head_mean.cuh"

namespace tkz::TKZ_BACKEND {
namespace {

template <bool kProbabilities>
int head_mean(const HeadMeanArgs& args, void* stream) {
  const AttentionInputs& in = args.in;
  return with_type(in.dtype, [&](auto type) {
    using T = typename decltype(type)::type;
    const int64_t blocks =
        in.batch * ceil_div(args.rows, kTileRows) * ceil_div(args.columns, kTileColumns<T>);
    if (blocks == 0) return kSuccess;
    return launch(is_vector<T>(in) ? head_mean_kernel<T, true, kProbabilities>
                                   : head_mean_kernel<T, false, kProbabilities>,
                  blocks, kTileThreads, tile_bytes<T>(in.dim, 1, kTileRows), stream, args);
  });
}

}  // namespace

int head_mean_logits(const HeadMeanArgs& args, void* stream) {
  return head_mean<false>(args, stream);
}

int head_mean_probabilities(const HeadMeanArgs& args, void* stream) {
  return head_mean<true>(args, stream);
}

namespace {

template <bool kProbabilities>
int load_head_mean() {
  for (const DType dtype : {DType::kF32, DType::kF16, DType::kBF16}) {
    const int error = with_type(dtype, [](auto type) {
      using T = typename decltype(type)::type;
      return load_kernels(head_mean_kernel<T, true, kProbabilities>,
                          head_mean_kernel<T, false, kProbabilities>);
    });
    if (error != kSuccess) return error;
  }
  return kSuccess;
}

}  // namespace

int load_head_mean_probabilities() { return load_head_mean<true>(); }
int load_head_mean_logits() { return load_head_mean<false>(); }

}  // namespace tkz::TKZ_BACKEND
