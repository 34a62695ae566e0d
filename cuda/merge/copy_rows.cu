// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/launch.cuh"
#include "common/preload.cuh"
#include "launchers.h"
#include "merge/copy_rows.cuh"

namespace tkz::TKZ_BACKEND {
namespace {

template <typename T>
bool is_vector(const CopyRowsArgs& args) {
  bool aligned = args.dim % Chunk<T>::kWidth == 0 && is_aligned(args.out) &&
                 are_aligned({args.out_stride_batch, args.out_stride_row}, sizeof(T));
  for (int i = 0; i < args.piece_count; ++i) {
    const CopyPiece& piece = args.piece[i];
    aligned = aligned && is_aligned(piece.data) &&
              are_aligned({piece.stride_batch, piece.stride_row}, sizeof(T));
  }
  return aligned;
}

template <typename T>
int run(const CopyRowsArgs& args, void* stream) {
  const int64_t warps =
      args.batch * args.out_rows * ceil_div(args.dim, Chunk<T>::kWidth * kWarpSize);
  return launch(is_vector<T>(args) ? copy_rows_kernel<T, true> : copy_rows_kernel<T, false>,
                ceil_div(warps, kCopyWarps), kCopyWarps * kWarpSize, 0, stream, args);
}

}  // namespace

int copy_rows(const CopyRowsArgs& args, void* stream) {
  if (args.batch == 0 || args.out_rows == 0 || args.dim == 0) return kSuccess;
  return args.element_size == 2 ? run<Half>(args, stream) : run<float>(args, stream);
}

int load_copy_rows() {
  return load_kernels(copy_rows_kernel<float, true>, copy_rows_kernel<float, false>,
                      copy_rows_kernel<Half, true>, copy_rows_kernel<Half, false>);
}

}  // namespace tkz::TKZ_BACKEND
