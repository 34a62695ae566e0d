// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Host side of what the cosine operators share: the launches that come before the comparison, and
// the choice of a kernel.
#pragma once

#include <type_traits>

#include "assign/row_norm.cuh"
#include "common/launch.cuh"

namespace tkz::TKZ_BACKEND {

template <typename T>
bool has_vector_rows(const CosineRows& rows, int64_t dim) {
  return dim % Chunk<T>::kWidth == 0 && is_aligned(rows.data) &&
         are_aligned({rows.stride_batch, rows.stride_token}, sizeof(T));
}

/// rows.mean: of the rows, or of the rows at length 1.
template <typename T>
int launch_row_mean(const RowArgs& args, void* stream) {
  return launch(row_mean_kernel<T>, args.batch * ceil_div(args.dim, kWarpSize), kRowThreadsPerBlock,
                kRowThreadsPerBlock * sizeof(double), stream, args);
}

/// rows.norm of every row there can be.
template <typename T>
int launch_row_norm(const RowArgs& args, void* stream) {
  if (args.rows.tokens == 0) return kSuccess;
  const auto kernel = has_vector_rows<T>(args.rows, args.dim) ? row_norm_kernel<T, true>
                                                              : row_norm_kernel<T, false>;
  return launch(kernel, ceil_div(args.batch * args.rows.tokens, kRowWarps), kRowThreadsPerBlock, 0,
                stream, args);
}

/// Everything the comparison has to know of one side.
template <typename T>
int prepare_rows(int64_t batch, int64_t dim, const CosineRows& rows, void* stream) {
  const RowArgs args = {batch, dim, rows, false};
  if (rows.mean != nullptr) {
    if (const int error = launch_row_mean<T>(args, stream)) return error;
  }
  return launch_row_norm<T>(args, stream);
}

/// Calls `body` with T, the type that is multiplied, and whether rows are copied whole: a family of
/// kernels by these three. Centred rows are no longer what is in storage and are multiplied as
/// fp32.
template <typename T, typename Body>
int with_product(bool centred, bool vector, const Body& body) {
  if constexpr (sizeof(T) == 2) {
    if (centred) return body(Type<T>(), Type<float>(), std::false_type());
  }
  return vector ? body(Type<T>(), Type<T>(), std::true_type())
                : body(Type<T>(), Type<T>(), std::false_type());
}

template <typename T>
int load_row_kernels() {
  return load_kernels(row_mean_kernel<T>, row_norm_kernel<T, true>, row_norm_kernel<T, false>);
}

}  // namespace tkz::TKZ_BACKEND
