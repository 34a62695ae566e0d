// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Cosines as a blocked matrix product: up to 128 rows against 192 columns, 128 components at a
// time, in tiles. Each dot product is one sum in ascending order of the components, so it does not
// depend on blocks.
#include "cpu/kernel/best_target.h"
#include "cpu/kernel/kernel_set.h"
#include "cpu/kernel/tile_product.h"

namespace tkz::cpu::TKZ_ISA {
namespace {

constexpr int64_t kRows = 128;
constexpr int64_t kColumns = 192;
static_assert(kRows % kTileRows == 0 && kColumns % kTileColumns == 0);

/// The row at a position of a picture; -1 if there is none.
TKZ_INLINE int64_t row_at(const CosineRows& rows, int64_t position) {
  if (rows.list == nullptr) return position < rows.tokens ? position : -1;
  if (position >= rows.listed) return -1;
  const int64_t row = rows.list[position];
  return row >= 0 && row < rows.tokens ? row : -1;
}

/// 1 / length of the row at a position, 0 where there is none.
TKZ_INLINE float inverse_at(const CosineRows& rows, int64_t position) {
  const int64_t row = row_at(rows, position);
  return row < 0 ? 0.0f : rows.norm[row].inverse;
}

struct Block {
  float left[kRows * kTileDepth];
  float right[kColumns * kTileDepth];  // [kColumns / kTileColumns][kTileDepth][kTileColumns]
  float cosine[kRows * kColumns];

  /// The components of one row from `depth` on.
  template <class T>
  TKZ_INLINE static FactorRow<T> components(const CosineRows& rows, int64_t position,
                                            int64_t depth) {
    const int64_t row = row_at(rows, position);
    if (row < 0) return {nullptr, nullptr, 0.0f};
    return {static_cast<const T*>(rows.data) + row * rows.stride_token + depth,
            rows.mean != nullptr ? rows.mean + depth : nullptr, rows.norm[row].scale};
  }

  /// Cosines of `rows` <= kRows positions from `row` on with `columns` <= kColumns from `column`
  /// on; 0 where a position has no row, NaN where one is not finite. With `upper`, tiles without
  /// an element on or above the diagonal are left out.
  template <class T>
  void compare(int64_t dim, const CosineRows& lefts, int64_t row, int64_t rows,
               const CosineRows& rights, int64_t column, int64_t columns, bool upper) {
    for (int64_t depth = 0; depth < dim; depth += kTileDepth) {
      const int64_t count = dim - depth < kTileDepth ? dim - depth : kTileDepth;
      for (int64_t r = 0; r < (rows + kTileRows - 1) / kTileRows * kTileRows; r++) {
        widen_row(components<T>(lefts, row + r, depth), count, left + r * kTileDepth);
      }
      for (int64_t c = 0; c < columns; c += kLanes) {
        FactorRow<T> sixteen[kLanes];
        for (int64_t i = 0; i < kLanes; i++) {
          sixteen[i] = components<T>(rights, column + c + i, depth);
        }
        pack_columns(sixteen, count,
                     right + c / kTileColumns * kTileColumns * kTileDepth + c % kTileColumns);
      }
      for (int64_t c = 0; c < columns; c += kTileColumns) {
        const int64_t last = columns - c < kTileColumns ? columns : c + kTileColumns;
        for (int64_t r = 0; r < rows && !(upper && row + r >= column + last); r += kTileRows) {
          tile_product(left + r * kTileDepth, right + c * kTileDepth, count, columns - c, depth > 0,
                       cosine + r * kColumns + c, kColumns);
        }
      }
    }
    float inverse[kColumns];
    for (int64_t c = 0; c < kColumns; c++) {
      inverse[c] = c < columns ? inverse_at(rights, column + c) : 0.0f;
    }
    for (int64_t r = 0; r < rows; r++) {
      const F32x16 own = splat(inverse_at(lefts, row + r));
      for (int64_t c = 0; c < columns; c += kLanes) {
        float* at = cosine + r * kColumns + c;
        store(load(at) * (own * load(inverse + c)) + splat(0.0f), at);
      }
    }
  }
};

/// Calls f(block, column, columns) for all blocks of columns that rows [row, row + rows) meet, with
/// `upper` only of what is on or above the diagonal.
template <class F>
TKZ_INLINE void for_each_block(DType dtype, int64_t dim, const CosineRows& lefts, int64_t row,
                               int64_t rows, const CosineRows& rights, int64_t begin, int64_t end,
                               bool upper, const F& f) {
  with_storage(dtype, [&](auto storage) {
    using T = typename decltype(storage)::Type;
    Block block;
    for (int64_t column = begin; column < end; column += kColumns) {
      const int64_t columns = end - column < kColumns ? end - column : kColumns;
      block.compare<T>(dim, lefts, row, rows, rights, column, columns, upper);
      f(block, column, columns);
    }
  });
}

TKZ_INLINE int64_t positions_of(const CosineRows& rows) {
  return rows.list != nullptr ? rows.listed : rows.tokens;
}

void assign_rows(const CosineAssignArgs& a, int64_t row, int64_t rows) {
  const int64_t targets = positions_of(a.target);
  int64_t lowest = 0;
  while (lowest < targets && row_at(a.target, lowest) < 0) lowest++;
  Best best[kRows];
  for (int64_t r = 0; r < rows; r++) best[r] = {splat(-__builtin_inff()), splat(0)};
  for_each_block(a.dtype, a.dim, a.source, row, rows, a.target, lowest, targets, false,
                 [&](const Block& block, int64_t column, int64_t columns) {
                   int32_t exists[kColumns] = {};
                   for (int64_t c = 0; c < columns; c++)
                     exists[c] = row_at(a.target, column + c) < 0 ? 0 : -1;
                   for (int64_t c = 0; c < columns; c += kLanes) {
                     const I32x16 target = lane_index() + splat(static_cast<int32_t>(column + c));
                     const I32x16 mask = load(exists + c);
                     for (int64_t r = 0; r < rows; r++) {
                       const F32x16 cosine = load(block.cosine + r * kColumns + c);
                       const I32x16 better = (cosine > best[r].similarity) & mask;
                       best[r].similarity = select(better, cosine, best[r].similarity);
                       best[r].target = select(better, target, best[r].target);
                     }
                   }
                 });
  for (int64_t r = 0; r < rows; r++) {
    int32_t target;
    float cosine = best_lane(best[r], &target);
    if (cosine == -__builtin_inff()) {  // no cosine is a number
      cosine = 0.0f;
      target = static_cast<int32_t>(lowest);
    }
    const bool assigned = lowest < targets && row_at(a.source, row + r) >= 0;
    a.index[row + r] = assigned ? target : -1;
    if (a.best != nullptr) a.best[row + r] = assigned ? cosine : 0.0f;
  }
}

/// Puts a neighbour in its place in a ranked list; `found` are there already.
TKZ_INLINE void rank_neighbour(float* similarity, int32_t* index, int64_t wanted, int64_t* found,
                               float cosine, int64_t neighbour) {
  if (!(cosine >= -__builtin_inff())) cosine = -__builtin_inff();
  if (*found == wanted && !(cosine > similarity[wanted - 1])) return;
  int64_t rank = *found < wanted ? (*found)++ : wanted - 1;
  for (; rank > 0 && cosine > similarity[rank - 1]; rank--) {
    similarity[rank] = similarity[rank - 1];
    index[rank] = index[rank - 1];
  }
  similarity[rank] = cosine;
  index[rank] = static_cast<int32_t>(neighbour);
}

void rank_rows(const TopNeighboursArgs& a, int64_t row, int64_t rows) {
  int64_t found[kRows] = {};
  for_each_block(a.dtype, a.dim, a.source, row, rows, a.target, 0, a.target.tokens, false,
                 [&](const Block& block, int64_t column, int64_t columns) {
                   for (int64_t r = 0; r < rows; r++) {
                     const int64_t out = (row + r) * a.wanted;
                     const float* const lowest = a.similarity + out + a.wanted - 1;
                     for (int64_t c = 0; c < columns; c += kLanes) {
                       const float* const cosine = block.cosine + r * kColumns + c;
                       uint32_t lanes = columns - c < kLanes ? (1u << (columns - c)) - 1u : 0xffffu;
                       if (found[r] == a.wanted) lanes &= set_lanes(load(cosine) > splat(*lowest));
                       for (; lanes != 0; lanes &= lanes - 1) {
                         const int64_t lane = __builtin_ctz(lanes);
                         const int64_t neighbour = column + c + lane;
                         if (a.exclude_self && neighbour == row + r) continue;
                         rank_neighbour(a.similarity + out, a.index + out, a.wanted, found + r,
                                        cosine[lane], neighbour);
                       }
                     }
                   }
                 });
  for (int64_t r = 0; r < rows; r++) {
    for (int64_t rank = 0; rank < a.wanted; rank++) {
      float* similarity = a.similarity + (row + r) * a.wanted + rank;
      if (rank >= found[r]) a.index[(row + r) * a.wanted + rank] = -1;
      if (rank >= found[r] || *similarity == -__builtin_inff()) *similarity = 0.0f;
    }
  }
}

}  // namespace

void cosine_assign(const CosineAssignArgs& a, int64_t begin, int64_t end) {
  for (int64_t row = begin; row < end; row += kRows) {
    assign_rows(a, row, end - row < kRows ? end - row : kRows);
  }
}

void cosine_matrix(const CosineMatrixArgs& a, int64_t tokens, int64_t begin, int64_t end) {
  const int64_t count = a.rows.tokens;
  for (int64_t i = begin; i < end; i++) {
    float* out = a.out + i * tokens;
    for (int64_t j = i < count ? count : 0; j < tokens; j++) out[j] = 0.0f;
  }
  const int64_t last = end < count ? end : count;
  for (int64_t row = begin; row < last; row += kRows) {
    const int64_t rows = last - row < kRows ? last - row : kRows;
    for_each_block(a.dtype, a.dim, a.rows, row, rows, a.rows, row, count, true,
                   [&](const Block& block, int64_t column, int64_t columns) {
                     for (int64_t r = 0; r < rows; r++) {
                       float* out = a.out + (row + r) * tokens + column;
                       for (int64_t c = row + r > column ? row + r - column : 0; c < columns; c++) {
                         out[c] = block.cosine[r * kColumns + c];
                       }
                     }
                     for (int64_t c = 0; c < columns; c++) {
                       float* out = a.out + (column + c) * tokens + row;
                       for (int64_t r = 0; r < rows && row + r < column + c; r++) {
                         out[r] = block.cosine[r * kColumns + c];
                       }
                     }
                   });
  }
}

void top_neighbours(const TopNeighboursArgs& a, int64_t begin, int64_t end) {
  for (int64_t row = begin; row < end; row += kRows) {
    rank_rows(a, row, end - row < kRows ? end - row : kRows);
  }
}

}  // namespace tkz::cpu::TKZ_ISA
