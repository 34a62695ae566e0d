// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Tiles of the product Q K^T: 64 rows that stay and 64 (fp32: 32) columns that pass by, both as
// rows of a head's d channels in shared memory. Four warps own 16 rows each. 16-bit elements go
// through the tensor cores, fp32 through fused multiply-adds; both leave a product spread over the
// lanes as mma.m16n8k16 does, so what is done with it is written once.
#pragma once

#include "common/mma.cuh"
#include "common/numeric.cuh"
#include "common/reduce.cuh"
#include "score/attention_arguments.h"
#include "score/softmax_scores.cuh"

namespace tkz::TKZ_BACKEND {

constexpr int kTileRows = 64;
constexpr int kTileThreads = 128;
constexpr int kChannelStep = 16;
constexpr float kLn2 = 0.6931471805599453f;

template <typename T>
constexpr int kTileColumns = sizeof(T) == 4 ? 32 : 64;

/// Channels of a row in shared memory, the last ones zero.
TKZ_HOST_DEVICE constexpr int padded_dim(int64_t dim) {
  return static_cast<int>((dim + kChannelStep - 1) / kChannelStep * kChannelStep);
}

/// Elements from row to row: 16 bytes more than the channels, so that the rows of a matrix start in
/// different banks.
template <typename T>
TKZ_HOST_DEVICE constexpr int tile_pitch(int64_t dim) {
  return padded_dim(dim) + 16 / static_cast<int>(sizeof(T));
}

/// Shared memory of a tile of rows, `stages` tiles of columns and `floats` more.
template <typename T>
constexpr int64_t tile_bytes(int64_t dim, int stages, int floats) {
  return (kTileRows + stages * kTileColumns<T>)*tile_pitch<T>(dim) *
             static_cast<int64_t>(sizeof(T)) +
         floats * static_cast<int64_t>(sizeof(float));
}

/// One head's rows of one picture.
template <typename T>
struct HeadRows {
  const T* data;
  int64_t stride;
  int dim;
};

template <typename T>
TKZ_DEVICE HeadRows<T> query_rows(const AttentionInputs& in, int64_t image, const Picture& picture,
                                  int64_t head) {
  const int64_t start =
      in.ragged.start(image, picture, in.query_stride_batch, in.query_stride_token);
  return {static_cast<const T*>(in.query) + start + head * in.query_stride_head,
          in.query_stride_token, static_cast<int>(in.dim)};
}

/// The keys that query head `head` uses.
template <typename T>
TKZ_DEVICE HeadRows<T> key_rows(const AttentionInputs& in, int64_t image, const Picture& picture,
                                int64_t head) {
  const int64_t start = in.ragged.start(image, picture, in.keys_stride_batch, in.keys_stride_token);
  const int64_t key_head = head / (in.heads / in.key_heads);
  return {static_cast<const T*>(in.keys) + start + key_head * in.keys_stride_head,
          in.keys_stride_token, static_cast<int>(in.dim)};
}

/// Starts loading `rows` rows into a tile; row r is that of token_of(r), zero below 0. To be closed
/// by cp_async_commit, also where kVector (16-byte access) is false.
template <typename T, bool kVector, typename TokenOf>
TKZ_DEVICE void load_tile(T* tile, int rows, const HeadRows<T>& source, const TokenOf& token_of) {
  constexpr int kWidth = Chunk<T>::kWidth;
  const int chunks = padded_dim(source.dim) / kWidth;
  const int pitch = tile_pitch<T>(source.dim);
  for (int i = thread_index(); i < rows * chunks; i += kTileThreads) {
    const int row = i / chunks;
    const int channel = i % chunks * kWidth;
    const int64_t token = token_of(row);
    T* const to = tile + row * pitch + channel;
    const T* const from = source.data + token * source.stride + channel;
    if (token < 0 || channel >= source.dim) {
      store128(to, Vec128{});
    } else if (kVector) {
      cp_async16(to, from);
    } else {
      store128(to, load_chunk<T, false>(from, source.dim - channel).raw);
    }
  }
}

/// Adds this warp's 16 rows times all columns to `sum`: element i of sum[n] is row
/// product_row(i), column product_column(n, i).
template <typename T, int kBlocks>
TKZ_DEVICE void multiply_tiles(const T* rows, const T* columns, int dim, float (&sum)[kBlocks][4]) {
  static_assert(kBlocks % 2 == 0, "two blocks of columns are loaded at once");
  const int pitch = tile_pitch<T>(dim);
  const int lane = lane_index();
  const T* a_row = rows + (16 * warp_index() + lane % 16) * pitch + lane / 16 * 8;
  const T* b_row = columns + (lane % 8 + lane / 16 * 8) * pitch + lane / 8 % 2 * 8;
  for (int channel = 0; channel < padded_dim(dim); channel += kChannelStep) {
    uint32_t a[4];
    ldmatrix4(a, a_row + channel);
#pragma unroll
    for (int n = 0; n < kBlocks; n += 2) {
      uint32_t b[4];
      ldmatrix4(b, b_row + n * 8 * pitch + channel);
      mma16816<T>(sum[n], a, b[0], b[1]);
      mma16816<T>(sum[n + 1], a, b[2], b[3]);
    }
  }
}

TKZ_DEVICE int product_row(int i) { return 16 * warp_index() + lane_index() / 4 + i / 2 * 8; }
TKZ_DEVICE int product_column(int n, int i) { return 8 * n + 2 * (lane_index() % 4) + i % 2; }

template <int kBlocks>
TKZ_DEVICE void multiply_tiles(const float* rows, const float* columns, int dim,
                               float (&sum)[kBlocks][4]) {
  const int pitch = tile_pitch<float>(dim);
  const float* top = rows + product_row(0) * pitch;
  const float* bottom = rows + product_row(2) * pitch;
  const auto chunk_at = [](const float* address) {
    return *reinterpret_cast<const Chunk<float>*>(address);
  };
  for (int channel = 0; channel < padded_dim(dim); channel += 4) {
    const Chunk<float> a[2] = {chunk_at(top + channel), chunk_at(bottom + channel)};
#pragma unroll
    for (int n = 0; n < kBlocks; ++n) {
#pragma unroll
      for (int j = 0; j < 2; ++j) {
        const Chunk<float> b = chunk_at(columns + product_column(n, j) * pitch + channel);
#pragma unroll
        for (int e = 0; e < 4; ++e) {
          sum[n][j] = fma(a[0].element[e], b.element[e], sum[n][j]);
          sum[n][2 + j] = fma(a[1].element[e], b.element[e], sum[n][2 + j]);
        }
      }
    }
  }
}

/// Sum over the four lanes that share product rows.
TKZ_DEVICE float row_sum(float value) {
  value += shfl(value, lane_index() ^ 1);
  return value + shfl(value, lane_index() ^ 2);
}

TKZ_DEVICE float row_max(float value) {
  value = fmaxf(value, shfl(value, lane_index() ^ 1));
  return fmaxf(value, shfl(value, lane_index() ^ 2));
}

}  // namespace tkz::TKZ_BACKEND
