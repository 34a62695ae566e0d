// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// How the sums over a row are shared out. A launch has blocks for its longest row, but which values
// a thread adds up follows from the row's own length: a picture gets the same bits in any batch.
#pragma once

#include "common/device.cuh"

namespace tkz::TKZ_BACKEND {

/// Threads that add up a row of `count` values in a block of kThreads: those of the short block
/// that takes it when it is alone, if one does.
template <int kThreads, int kShortThreads, int kShortItems>
TKZ_DEVICE int threads_alone(int count) {
  return count <= kShortThreads * kShortItems ? kShortThreads : kThreads;
}

/// The calling thread's first entry, `count` (none) for threads that do not take part.
TKZ_DEVICE int index_among(int threads, int count) {
  return thread_index() < threads ? thread_index() : count;
}

}  // namespace tkz::TKZ_BACKEND
