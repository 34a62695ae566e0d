// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/launch.cuh"
#include "common/preload.cuh"
#include "launchers.h"
#include "score/cls_logits_key_mean.cuh"

namespace tkz::TKZ_BACKEND {
namespace {

using Kernel = void (*)(ClsLogitsKeyMeanArgs);

constexpr int kUsualDim = 64;  // CLIP

template <typename T>
struct Kernels {
  static constexpr int kWidth = Chunk<T>::kWidth;
  static constexpr Kernel kUsual = cls_logits_key_mean_kernel<T, true, kUsualDim / kWidth>;
  static constexpr Kernel kAligned = cls_logits_key_mean_kernel<T, true, 0>;
  static constexpr Kernel kUnaligned = cls_logits_key_mean_kernel<T, false, 0>;

  static Kernel choose(const ClsLogitsKeyMeanArgs& args) {
    const bool aligned =
        args.dim % kWidth == 0 && is_aligned(args.keys) && is_aligned(args.key_mean) &&
        are_aligned({args.keys_stride_batch, args.keys_stride_head, args.keys_stride_token},
                    sizeof(T));
    if (!aligned) return kUnaligned;
    return args.dim == kUsualDim ? kUsual : kAligned;
  }

  static int load() { return load_kernels(kUsual, kAligned, kUnaligned); }
};

}  // namespace

int cls_logits_key_mean(const ClsLogitsKeyMeanArgs& args, void* stream) {
  const int64_t tokens = args.ragged.longest(args.tokens);
  if (args.batch == 0 || args.heads == 0 || tokens == 0 || args.dim == 0) return kSuccess;
  return with_type(args.dtype, [&](auto type) {
    using T = typename decltype(type)::type;
    const int64_t padded_dim = ceil_div(args.dim, Chunk<T>::kWidth) * Chunk<T>::kWidth;
    const int64_t shared_bytes =
        args.query != nullptr ? args.heads * padded_dim * static_cast<int64_t>(sizeof(float)) : 0;
    return launch(Kernels<T>::choose(args), args.batch * ceil_div(tokens, kTokensPerBlock),
                  kTokensPerBlock * kWarpSize, shared_bytes, stream, args);
  });
}

int load_cls_logits_key_mean() {
  for (const DType dtype : {DType::kF32, DType::kF16, DType::kBF16}) {
    const int error =
        with_type(dtype, [](auto type) { return Kernels<typename decltype(type)::type>::load(); });
    if (error != kSuccess) return error;
  }
  return kSuccess;
}

}  // namespace tkz::TKZ_BACKEND
