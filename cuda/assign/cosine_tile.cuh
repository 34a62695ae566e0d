// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Cosines of 64 rows with 64 others, by a block of 128 threads. Both sides pass through shared
// memory 64 bytes of every row at a time, double buffered, in rows of five 16-byte chunks: an odd
// number, so that neither ldmatrix nor 16-byte reads meet bank conflicts whatever d is.
//
// Rows of 16-bit elements are multiplied by tensor cores (exact products, fp32 sums), fp32 and
// centred rows by fp32 FMA, ascending in k. The 4096 dot products then take the place of the
// buffers, where any thread can read them.
#pragma once

#include "assign/row_norm.cuh"
#include "common/mma.cuh"

namespace tkz::TKZ_BACKEND {

constexpr int kTile = 64;
constexpr int kTileThreads = 128;
constexpr int kStepBytes = 64;
constexpr int kPanelStride = kStepBytes + 16;
constexpr int kPanelBytes = kTile * kPanelStride;
constexpr int kDotStride = kTile + 1;  // floats; reads along rows and columns are conflict free
constexpr int kTileBufferBytes = 4 * kPanelBytes;
static_assert(kTile * kDotStride * 4 <= kTileBufferBytes, "dot products fit into the buffers");
constexpr int kTileSharedBytes = kTileBufferBytes + 2 * kTile * 4;

/// The row at a position of a picture; -1 if there is none.
TKZ_DEVICE int64_t row_at(const CosineRows& rows, int64_t image, const Picture& picture,
                          int64_t position) {
  if (rows.list == nullptr) return position < picture.count ? position : -1;
  if (position >= rows.listed) return -1;
  const int64_t row = rows.list[image * rows.listed + position];
  return row >= 0 && row < picture.count ? row : -1;
}

/// Positions a picture has, those without a row included.
TKZ_DEVICE int64_t position_count(const CosineRows& rows, const Picture& picture) {
  return rows.list != nullptr ? rows.listed : picture.count;
}

/// Whether this thread's share of a picture's rows has one that is not finite.
TKZ_DEVICE bool sees_non_finite(const CosineRows& rows, int64_t image) {
  const Picture picture = rows.ragged.picture(image, rows.tokens);
  const RowNorm* const norm = first_norm(rows, image, picture);
  bool bad = false;
  for (int64_t i = thread_index(); i < position_count(rows, picture); i += kTileThreads) {
    const int64_t row = row_at(rows, image, picture, i);
    bad |= row >= 0 && !is_finite(norm[row].inverse);
  }
  return bad;
}

/// T: storage type; E: what is multiplied, T itself (tensor cores) or float.
template <typename T, typename E, bool kVector>
class CosineTile {
 public:
  TKZ_DEVICE CosineTile(int64_t image, int64_t dim)
      : image_(image), dim_(dim), shared_(shared_memory()) {}

  /// Chooses 64 positions of the left or right side. The next compute() makes it known to all.
  /// A barrier comes before the first write: results of the last compute() may be used until here.
  TKZ_DEVICE void set_left(const CosineRows& rows, int64_t first) {
    set(left_, rows, first, inverse_of(0));
  }
  TKZ_DEVICE void set_right(const CosineRows& rows, int64_t first) {
    set(right_, rows, first, inverse_of(1));
  }

  /// All dot products, once a side has been chosen since the last call. Ends with a barrier.
  TKZ_DEVICE void compute() {
    constexpr int kStep = kStepBytes / sizeof(E);
    float sum[32] = {};
    const int steps = static_cast<int>((dim_ + kStep - 1) / kStep);
    stage(0);
#pragma unroll 1
    for (int step = 0; step < steps; ++step) {
      if (step + 1 < steps) {
        stage(step + 1);
        cp_async_wait<1>();
      } else {
        cp_async_wait<0>();
      }
      syncthreads();  // the buffer of this step is filled
      multiply(sum, panel(step, 0), panel(step, 1));
      syncthreads();  // it may be overwritten
    }
    float* const dot = reinterpret_cast<float*>(shared_);
#pragma unroll
    for (int i = 0; i < 32; ++i) dot[row_of(i) * kDotStride + column_of(i)] = sum[i];
    syncthreads();  // every dot product is there
  }

  TKZ_DEVICE bool has_left(int row) const { return !(inverse_of(0)[row] < 0.0f); }
  TKZ_DEVICE bool has_right(int column) const { return !(inverse_of(1)[column] < 0.0f); }
  /// NaN when one of the rows is not finite.
  TKZ_DEVICE float cosine(int row, int column) const {
    const float* const dot = reinterpret_cast<const float*>(shared_);
    return dot[row * kDotStride + column] * (inverse_of(0)[row] * inverse_of(1)[column]);
  }
  /// The shared memory of the dot products, for another use after a barrier.
  TKZ_DEVICE unsigned char* scratch() { return shared_; }

 private:
  static constexpr bool kTensorCores = sizeof(E) == 2;
  static constexpr int kWidth = 16 / sizeof(E);

  /// The two rows this thread copies a chunk of; null where there is none.
  struct Side {
    const T* row[2];
    float scale[2];
    const float* mean;
  };

  TKZ_DEVICE float* inverse_of(int side) const {
    return reinterpret_cast<float*>(shared_ + kTileBufferBytes) + side * kTile;
  }
  TKZ_DEVICE unsigned char* panel(int step, int side) const {
    return shared_ + (step % 2 * 2 + side) * kPanelBytes;
  }

  TKZ_DEVICE void set(Side& side, const CosineRows& rows, int64_t first, float* inverse) {
    const Picture picture = rows.ragged.picture(image_, rows.tokens);
    const T* const data = first_row<T>(rows, image_, picture);
    const RowNorm* const norm = first_norm(rows, image_, picture);
    side.mean = rows.mean != nullptr ? rows.mean + image_ * dim_ : nullptr;
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      const int64_t row = row_at(rows, image_, picture, first + thread_index() / 4 + 32 * i);
      side.row[i] = row < 0 ? nullptr : data + row * rows.stride_token;
      side.scale[i] = row < 0 ? 1.0f : norm[row].scale;
    }
    syncthreads();  // nobody uses the old inverses any more
    if (thread_index() < kTile) {
      const int64_t row = row_at(rows, image_, picture, first + thread_index());
      inverse[thread_index()] = row < 0 ? -1.0f : norm[row].inverse;
    }
  }

  TKZ_DEVICE void stage(int step) {
    stage(left_, step, panel(step, 0));
    stage(right_, step, panel(step, 1));
    cp_async_commit();
  }

  TKZ_DEVICE void stage(const Side& side, int step, unsigned char* to_panel) const {
    const int chunk = thread_index() % 4;
    const int64_t k = static_cast<int64_t>(step) * (kStepBytes / sizeof(E)) + chunk * kWidth;
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      unsigned char* const to =
          to_panel + (thread_index() / 4 + 32 * i) * kPanelStride + 16 * chunk;
      if (side.row[i] == nullptr || k >= dim_) {
        store128(to, Vec128{});
      } else if (kVector && sizeof(E) == sizeof(T) && side.scale[i] == 1.0f &&
                 side.mean == nullptr) {
        cp_async16(to, side.row[i] + k);
      } else {
        Chunk<E> out;
        out.raw = Vec128{};
#pragma unroll
        for (int e = 0; e < kWidth; ++e) {
          if (k + e < dim_) {
            float value = to_float(side.row[i][k + e]);
            if (side.mean != nullptr) value -= side.mean[k + e];
            out.element[e] = from_float<E>(value * side.scale[i]);
          }
        }
        store128(to, out.raw);
      }
    }
  }

  TKZ_DEVICE static void multiply(float* sum, const unsigned char* left,
                                  const unsigned char* right) {
    if constexpr (kTensorCores) {
      const int matrix = lane_index() / 8;
      const int line = lane_index() % 8;
#pragma unroll
      for (int k = 0; k < kStepBytes / 32; ++k) {
        uint32_t a[4];
        const int row = 16 * warp_index() + matrix % 2 * 8 + line;
        ldmatrix4(a, left + row * kPanelStride + 16 * (2 * k + matrix / 2));
#pragma unroll
        for (int pair = 0; pair < 4; ++pair) {
          uint32_t b[4];
          const int column = 16 * pair + matrix / 2 * 8 + line;
          ldmatrix4(b, right + column * kPanelStride + 16 * (2 * k + matrix % 2));
          mma16816<E>(sum + 8 * pair, a, b[0], b[1]);
          mma16816<E>(sum + 8 * pair + 4, a, b[2], b[3]);
        }
      }
    } else {
      const unsigned char* const rows = left + thread_index() / 16 * kPanelStride;
      const unsigned char* const columns = right + thread_index() % 16 * kPanelStride;
#pragma unroll 1
      for (int k = 0; k < kStepBytes; k += 16) {
        Chunk<float> b[4];
#pragma unroll
        for (int j = 0; j < 4; ++j) {
          b[j].raw = *reinterpret_cast<const Vec128*>(columns + 16 * j * kPanelStride + k);
        }
#pragma unroll
        for (int i = 0; i < 8; ++i) {
          Chunk<float> a;
          a.raw = *reinterpret_cast<const Vec128*>(rows + 8 * i * kPanelStride + k);
#pragma unroll
          for (int j = 0; j < 4; ++j) {
#pragma unroll
            for (int e = 0; e < 4; ++e) {
              sum[4 * i + j] = fma(a.element[e], b[j].element[e], sum[4 * i + j]);
            }
          }
        }
      }
    }
  }

  /// Where sum[i] of this thread belongs.
  TKZ_DEVICE static int row_of(int i) {
    if (!kTensorCores) return thread_index() / 16 + 8 * (i / 4);
    return 16 * warp_index() + lane_index() / 4 + (i % 4 >= 2 ? 8 : 0);
  }
  TKZ_DEVICE static int column_of(int i) {
    if (!kTensorCores) return thread_index() % 16 + 16 * (i % 4);
    return 8 * (i / 4) + 2 * (lane_index() % 4) + i % 2;
  }

  const int64_t image_, dim_;
  unsigned char* const shared_;
  Side left_, right_;
};

}  // namespace tkz::TKZ_BACKEND
