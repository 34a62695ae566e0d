// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/launch.cuh"
#include "common/preload.cuh"
#include "launchers.h"
#include "merge/merge_members.cuh"

namespace tkz::TKZ_BACKEND {
namespace {

template <typename T>
bool is_vector(const MergeMembersArgs& args) {
  return args.dim % Chunk<T>::kWidth == 0 && is_aligned(args.target) && is_aligned(args.source) &&
         is_aligned(args.out) &&
         are_aligned({args.target_stride_batch, args.target_stride_row, args.source_stride_batch,
                      args.source_stride_row, args.out_stride_batch, args.out_stride_row},
                     sizeof(T));
}

}  // namespace

int merge_members(const MergeMembersArgs& args, void* stream) {
  if (args.batch == 0 || args.targets == 0 || args.dim == 0) return kSuccess;
  const int error = launch(group_entries_kernel, args.batch, kGroupThreads,
                           kGroupEntriesWords<kGroupThreads> * sizeof(uint32_t), stream, args);
  if (error != kSuccess) return error;
  return with_type(args.dtype, [&](auto type) {
    using T = typename decltype(type)::type;
    const int64_t warps =
        args.batch * args.targets * ceil_div(args.dim, Chunk<T>::kWidth * kWarpSize);
    return launch(
        is_vector<T>(args) ? merge_members_kernel<T, true> : merge_members_kernel<T, false>,
        ceil_div(warps, kMergeMembersWarps), kMergeMembersWarps * kWarpSize, 0, stream, args);
  });
}

int load_merge_members() {
  return load_kernels(group_entries_kernel, merge_members_kernel<float, true>,
                      merge_members_kernel<float, false>, merge_members_kernel<Half, true>,
                      merge_members_kernel<Half, false>, merge_members_kernel<BFloat16, true>,
                      merge_members_kernel<BFloat16, false>);
}

}  // namespace tkz::TKZ_BACKEND
