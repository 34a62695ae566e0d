// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// One image of a batch: the same arguments with every pointer moved.
#pragma once

#include "common/selection_rule.h"
#include "operator_list.h"

namespace tkz::cpu {

inline int64_t size_of(DType dtype) { return dtype == DType::kF32 ? 4 : 2; }

inline const void* advance(const void* p, DType dtype, int64_t elements) {
  return p == nullptr ? nullptr : static_cast<const char*>(p) + elements * size_of(dtype);
}

template <class T>
T* advance(T* p, int64_t elements) {
  return p == nullptr ? nullptr : p + elements;
}

inline ClsLogitsKeyMeanArgs image_of(ClsLogitsKeyMeanArgs a, int64_t image) {
  const Picture picture = a.ragged.picture(image, a.tokens);
  const auto start = [&](int64_t stride_batch, int64_t stride_token) {
    return a.ragged.start(image, picture, stride_batch, stride_token);
  };
  a.query = advance(a.query, a.dtype, image * a.query_stride_batch);
  a.keys = advance(a.keys, a.dtype, start(a.keys_stride_batch, a.keys_stride_token));
  a.logits = advance(a.logits, start(a.heads * a.tokens, 1));
  a.key_mean = advance(a.key_mean, start(a.tokens * a.dim, a.dim));
  return a;
}

/// `tokens` becomes the distance between the logits of two heads.
inline AttentionRowArgs image_of(AttentionRowArgs a, int64_t image) {
  const Picture picture = a.ragged.picture(image, a.tokens);
  const int64_t longest = a.ragged.longest(a.tokens);
  a.query = advance(a.query, a.dtype, image * a.query_stride_batch);
  a.keys = advance(a.keys, a.dtype,
                   a.ragged.start(image, picture, a.keys_stride_batch, a.keys_stride_token));
  a.logits = advance(a.logits, image * a.heads * longest);
  a.partials = advance(a.partials, image * most_row_tiles(longest) * a.heads);
  a.scores = advance(a.scores, a.ragged.start(image, picture, a.tokens, 1));
  a.tokens = longest;
  return a;
}

/// `tokens` becomes the picture's, and `row` one of the map or beyond the picture.
inline AttentionRowFromMapArgs image_of(AttentionRowFromMapArgs a, int64_t image) {
  AttentionMap& map = a.map;
  const Picture picture = map.ragged.picture(image, map.tokens);
  map.data = advance(map.data, map.dtype, image * map.stride_batch);
  a.scores = advance(a.scores, map.ragged.start(image, picture, map.tokens, 1));
  map.tokens = picture.count;
  if (a.row < 0) a.row = picture.count - 1;
  return a;
}

/// `rows` and `columns` become those that the picture has.
inline AttentionReceivedFromMapArgs image_of(AttentionReceivedFromMapArgs a, int64_t image) {
  AttentionMap& map = a.map;
  const int64_t count = map.ragged.picture(image, map.tokens).count;
  map.data = advance(map.data, map.dtype, image * map.stride_batch);
  a.scores = advance(a.scores, image * a.width);
  a.rows = a.rows.within(count);
  a.columns = a.columns.within(count);
  return a;
}

inline HeadMeanMapArgs image_of(HeadMeanMapArgs a, int64_t image) {
  AttentionMap& map = a.map;
  map.data = advance(map.data, map.dtype, image * map.stride_batch);
  a.mean = advance(a.mean, image * map.tokens * map.tokens);
  return a;
}

inline VisionZipSelectArgs image_of(const VisionZipSelectArgs& a, int64_t image) {
  return picture_of(a, image);
}

/// The lists move by the room they have, the counts are the image's own.
inline VisionZipMergeArgs image_of(VisionZipMergeArgs a, int64_t image) {
  const VisionZipCounts room = a.counts;
  const Picture picture = a.ragged.picture(image, a.tokens);
  a.input = advance(a.input, a.dtype,
                    a.ragged.start(image, picture, a.input_stride_batch, a.input_stride_token));
  a.dominant = advance(a.dominant, image * room.dominant);
  a.target = advance(a.target, image * room.target);
  a.member_offset = advance(a.member_offset, image * (room.target + 1));
  a.member = advance(a.member, image * room.merged);
  a.out = static_cast<char*>(a.out) + image * a.out_stride_batch * size_of(a.dtype);
  a.counts = counts_of(a, picture);
  a.tokens = picture.count;
  return a;
}

inline GreedyMaxMinArgs image_of(GreedyMaxMinArgs a, int64_t image) {
  a.matrix = advance(a.matrix, image * a.matrix_stride_batch);
  a.nearest = advance(a.nearest, image * a.tokens);
  a.indices = advance(a.indices, image * a.wanted);
  a.non_finite = advance(a.non_finite, image);
  return a;
}

inline GreedyDppArgs image_of(GreedyDppArgs a, int64_t image) {
  const Picture picture = a.ragged.picture(image, a.tokens);
  const int64_t rows = a.wanted < a.tokens ? a.wanted : a.tokens;
  a.similarity = advance(a.similarity, image * a.similarity_stride_batch);
  a.weight = advance(a.weight, a.ragged.start(image, picture, a.weight_stride_batch, 1));
  a.gain = advance(a.gain, image * a.tokens);
  a.factor = advance(a.factor, image * rows * a.tokens);
  a.indices = advance(a.indices, image * a.wanted);
  a.non_finite = advance(a.non_finite, image);
  return a;
}

/// The rows of one picture: without batch, offsets or padding.
inline CosineRows image_of(CosineRows rows, DType dtype, int64_t dim, int64_t image) {
  const Picture picture = rows.ragged.picture(image, rows.tokens);
  rows.data = advance(rows.data, dtype,
                      rows.ragged.start(image, picture, rows.stride_batch, rows.stride_token));
  rows.norm = advance(rows.norm, rows.ragged.start(image, picture, rows.tokens, 1));
  rows.list = advance(rows.list, image * rows.listed);
  rows.mean = advance(rows.mean, image * dim);
  rows.tokens = picture.count;
  rows.ragged = {};
  return rows;
}

/// Rows of the outputs before those of a picture.
inline int64_t first_of(const CosineRows& rows, int64_t image) {
  if (rows.list != nullptr) return image * rows.listed;
  return rows.ragged.start(image, rows.ragged.picture(image, rows.tokens), rows.tokens, 1);
}

inline CosineAssignArgs image_of(CosineAssignArgs a, int64_t image) {
  a.index = advance(a.index, first_of(a.source, image));
  a.best = advance(a.best, first_of(a.source, image));
  a.source = image_of(a.source, a.dtype, a.dim, image);
  a.target = image_of(a.target, a.dtype, a.dim, image);
  return a;
}

inline CosineMatrixArgs image_of(CosineMatrixArgs a, int64_t image) {
  a.out = advance(a.out, image * a.rows.tokens * a.rows.tokens);
  a.rows = image_of(a.rows, a.dtype, a.dim, image);
  return a;
}

inline MeanCosineArgs image_of(MeanCosineArgs a, int64_t image) {
  a.out = advance(a.out, first_of(a.rows, image));
  a.rows = image_of(a.rows, a.dtype, a.dim, image);
  return a;
}

inline TopNeighboursArgs image_of(TopNeighboursArgs a, int64_t image) {
  a.index = advance(a.index, first_of(a.source, image) * a.wanted);
  a.similarity = advance(a.similarity, first_of(a.source, image) * a.wanted);
  a.source = image_of(a.source, a.dtype, a.dim, image);
  a.target = image_of(a.target, a.dtype, a.dim, image);
  return a;
}

}  // namespace tkz::cpu
