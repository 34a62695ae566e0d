// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// One image of a batch: the same arguments with every pointer moved.
#pragma once

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
  a.query = advance(a.query, a.dtype, image * a.query_stride_batch);
  a.keys = advance(a.keys, a.dtype, image * a.keys_stride_batch);
  a.logits = advance(a.logits, image * a.heads * a.tokens);
  a.key_mean = advance(a.key_mean, image * a.tokens * a.dim);
  return a;
}

inline AttentionMapArgs image_of(AttentionMapArgs a, int64_t image) {
  a.map = advance(a.map, a.dtype, image * a.map_stride_batch);
  a.scores = advance(a.scores, image * a.tokens);
  return a;
}

inline VisionZipSelectArgs image_of(VisionZipSelectArgs a, int64_t image) {
  const VisionZipCounts& n = a.counts;
  a.logits = advance(a.logits, image * a.heads * a.tokens);
  a.scores_in = advance(a.scores_in, image * a.scores_in_stride_batch);
  a.key_mean = advance(a.key_mean, image * a.tokens * a.dim);
  a.lists.dominant = advance(a.lists.dominant, image * n.dominant);
  a.lists.target = advance(a.lists.target, image * n.target);
  a.lists.merged = advance(a.lists.merged, image * n.merged);
  a.lists.assign = advance(a.lists.assign, image * n.merged);
  a.lists.member_offset = advance(a.lists.member_offset, image * (n.target + 1));
  a.lists.member = advance(a.lists.member, image * n.merged);
  a.lists.scores = advance(a.lists.scores, image * (a.tokens - (a.has_cls ? 1 : 0)));
  a.lists.non_finite = advance(a.lists.non_finite, image);
  return a;
}

inline VisionZipMergeArgs image_of(VisionZipMergeArgs a, int64_t image) {
  const VisionZipCounts& n = a.counts;
  a.input = advance(a.input, a.dtype, image * a.input_stride_batch);
  a.dominant = advance(a.dominant, image * n.dominant);
  a.target = advance(a.target, image * n.target);
  a.member_offset = advance(a.member_offset, image * (n.target + 1));
  a.member = advance(a.member, image * n.merged);
  a.out = static_cast<char*>(a.out) + image * a.out_stride_batch * size_of(a.dtype);
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
