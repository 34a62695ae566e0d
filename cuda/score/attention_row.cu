// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/launch.cuh"
#include "common/preload.cuh"
#include "launchers.h"
#include "score/attention_row.cuh"

namespace tkz::TKZ_BACKEND {
namespace {

using Kernel = void (*)(AttentionRowArgs);

template <typename T>
struct Kernels {
  static constexpr int kWidth = Chunk<T>::kWidth;
  static constexpr int kOnePart = kWarpSize * kWidth;  // channels that a chunk per lane holds

  template <bool kVector>
  static Kernel of_width(int64_t dim) {
    if constexpr (kOnePart < kMaxRowHeadDim) {
      if (dim > kOnePart) return attention_row_logits_kernel<T, kVector, 2>;
    }
    return attention_row_logits_kernel<T, kVector, 1>;
  }

  static Kernel choose(const AttentionRowArgs& args) {
    const bool is_vector =
        args.dim % kWidth == 0 && is_aligned(args.keys) &&
        are_aligned({args.keys_stride_batch, args.keys_stride_head, args.keys_stride_token},
                    sizeof(T));
    return is_vector ? of_width<true>(args.dim) : of_width<false>(args.dim);
  }

  static int load() {
    return load_kernels(of_width<true>(1), of_width<false>(1), of_width<true>(kMaxRowHeadDim),
                        of_width<false>(kMaxRowHeadDim));
  }
};

}  // namespace

int attention_row(const AttentionRowArgs& args, void* stream) {
  if (args.batch == 0) return kSuccess;
  const int64_t longest = args.ragged.longest(args.tokens);
  if (longest > 0) {
    const int error = with_type(args.dtype, [&](auto type) {
      using T = typename decltype(type)::type;
      constexpr int kWidth = Chunk<T>::kWidth;
      const int64_t chunks = ceil_div(args.dim, kWidth);
      const int64_t lanes = row_lanes(static_cast<int>(chunks));
      const int64_t queries = args.heads / args.key_heads;
      return launch(Kernels<T>::choose(args),
                    args.batch * most_row_tiles(longest) * args.key_heads *
                        row_query_pieces(args.heads, args.key_heads),
                    kRowLogitThreads,
                    (queries < kRowQueries ? queries : kRowQueries) * ceil_div(chunks, lanes) *
                        lanes * kWidth * static_cast<int64_t>(sizeof(float)),
                    stream, args);
    });
    if (error != kSuccess) return error;
  }
  const int64_t blocks = longest > 0 ? ceil_div(longest, kRowScoreThreads) : 1;
  return launch(attention_row_scores_kernel, args.batch * blocks, kRowScoreThreads,
                args.heads * static_cast<int64_t>(sizeof(PartialSoftmax)), stream, args);
}

int load_attention_row() {
  for (const DType dtype : {DType::kF32, DType::kF16, DType::kBF16}) {
    const int error =
        with_type(dtype, [](auto type) { return Kernels<typename decltype(type)::type>::load(); });
    if (error != kSuccess) return error;
  }
  return load_kernels(attention_row_scores_kernel);
}

}  // namespace tkz::TKZ_BACKEND
