// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "assign/cosine_matrix.cuh"
#include "assign/prepare_rows.cuh"
#include "common/preload.cuh"
#include "launchers.h"

namespace tkz::TKZ_BACKEND {

int cosine_matrix(const CosineMatrixArgs& args, void* stream) {
  if (args.batch == 0) return kSuccess;
  return with_type(args.dtype, [&](auto type) {
    using T = typename decltype(type)::type;
    if (const int error = prepare_rows<T>(args.batch, args.dim, args.rows, stream)) return error;
    const int64_t tiles = ceil_div(args.rows.tokens, kTile);
    const int64_t blocks = args.batch * (tiles > 0 ? tiles * (tiles + 1) / 2 : 1);
    const auto start = [&](auto stored, auto multiplied, auto vector) {
      using S = typename decltype(stored)::type;
      using E = typename decltype(multiplied)::type;
      return launch(cosine_matrix_kernel<S, E, decltype(vector)::value>, blocks, kTileThreads,
                    kTileSharedBytes, stream, args);
    };
    return with_product<T>(args.rows.mean != nullptr, has_vector_rows<T>(args.rows, args.dim),
                           start);
  });
}

int load_cosine_matrix() {
  for (const DType dtype : {DType::kF32, DType::kF16, DType::kBF16}) {
    const int error = with_type(dtype, [](auto type) {
      using T = typename decltype(type)::type;
      const auto load = [](auto stored, auto multiplied, auto vector) {
        using S = typename decltype(stored)::type;
        using E = typename decltype(multiplied)::type;
        return load_kernels(cosine_matrix_kernel<S, E, decltype(vector)::value>);
      };
      int status = load_row_kernels<T>();
      if (status == kSuccess) status = with_product<T>(true, false, load);
      if (status == kSuccess) status = with_product<T>(false, false, load);
      return status == kSuccess ? with_product<T>(false, true, load) : status;
    });
    if (error != kSuccess) return error;
  }
  return kSuccess;
}

}  // namespace tkz::TKZ_BACKEND
