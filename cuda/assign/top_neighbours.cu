// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "assign/prepare_rows.cuh"
#include "assign/top_neighbours.cuh"
#include "common/preload.cuh"
#include "launchers.h"

namespace tkz::TKZ_BACKEND {

int top_neighbours(const TopNeighboursArgs& args, void* stream) {
  if (args.batch == 0) return kSuccess;
  return with_type(args.dtype, [&](auto type) {
    using T = typename decltype(type)::type;
    if (const int error = prepare_rows<T>(args.batch, args.dim, args.source, stream)) return error;
    if (!args.shared) {
      const int error = prepare_rows<T>(args.batch, args.dim, args.target, stream);
      if (error != kSuccess) return error;
    }
    const bool vector =
        has_vector_rows<T>(args.source, args.dim) && has_vector_rows<T>(args.target, args.dim);
    const int64_t tiles = ceil_div(args.source.positions(), kTile);
    const int64_t blocks = args.batch * (tiles > 0 ? tiles : 1);  // one at least, for the flag
    const auto start = [&](auto stored, auto multiplied, auto vector) {
      using S = typename decltype(stored)::type;
      using E = typename decltype(multiplied)::type;
      return launch(top_neighbours_kernel<S, E, decltype(vector)::value>, blocks, kTileThreads,
                    kTileSharedBytes + args.wanted * kTile * 8, stream, args);
    };
    return with_product<T>(args.source.mean != nullptr, vector, start);
  });
}

int load_top_neighbours() {
  for (const DType dtype : {DType::kF32, DType::kF16, DType::kBF16}) {
    const int error = with_type(dtype, [](auto type) {
      using T = typename decltype(type)::type;
      const auto load = [](auto stored, auto multiplied, auto vector) {
        using S = typename decltype(stored)::type;
        using E = typename decltype(multiplied)::type;
        return load_kernels(top_neighbours_kernel<S, E, decltype(vector)::value>);
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
