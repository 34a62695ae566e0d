// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "assign/cosine_matrix.cuh"
#include "assign/prepare_rows.cuh"
#include "common/preload.cuh"
#include "launchers.h"

namespace tkz::TKZ_BACKEND {

int mean_cosine(const MeanCosineArgs& args, void* stream) {
  if (args.batch == 0) return kSuccess;
  return with_type(args.dtype, [&](auto type) {
    using T = typename decltype(type)::type;
    RowArgs rows = {args.batch, args.dim, args.rows, true};
    rows.rows.mean = nullptr;
    if (const int error = launch_row_norm<T>(rows, stream)) return error;
    rows.rows.mean = args.rows.mean;
    if (const int error = launch_row_mean<T>(rows, stream)) return error;
    const auto kernel = has_vector_rows<T>(args.rows, args.dim) ? mean_cosine_kernel<T, true>
                                                                : mean_cosine_kernel<T, false>;
    const int64_t blocks = ceil_div(args.rows.tokens, kRowWarps);
    return launch(kernel, args.batch * (blocks > 0 ? blocks : 1), kRowThreadsPerBlock, 0, stream,
                  args);
  });
}

int load_mean_cosine() {
  for (const DType dtype : {DType::kF32, DType::kF16, DType::kBF16}) {
    const int error = with_type(dtype, [](auto type) {
      using T = typename decltype(type)::type;
      const int status = load_row_kernels<T>();
      if (status != kSuccess) return status;
      return load_kernels(mean_cosine_kernel<T, true>, mean_cosine_kernel<T, false>);
    });
    if (error != kSuccess) return error;
  }
  return kSuccess;
}

}  // namespace tkz::TKZ_BACKEND
