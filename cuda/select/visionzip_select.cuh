// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Which token of an image is kept, which becomes a target and which is merged into which target
// (METHODS: VisionZip, steps 1 to 6).
//
// Geometry: one block per image. Threads own runs of tokens for scores and top-k (one each at 24 x
// 24 patches), single sources for the assignment; warps own heads for the softmax and targets for
// staging and grouping. Shared memory: see SelectShared, 8 N + kTileBytes and a little, at most 48
// KiB. Bytes moved: logits twice (the second time from L1), key means once, the lists.
#pragma once

#include "assign/cosine_assign.cuh"
#include "assign/group_members.cuh"
#include "common/selection_rule.h"
#include "score/softmax_scores.cuh"
#include "select/top_tokens.cuh"
#include "visionzip_arguments.h"

namespace tkz::TKZ_BACKEND {

constexpr int kSelectThreads = 576;
constexpr int kSelectWarps = kSelectThreads / kWarpSize;
constexpr int kMaxSoftmaxHeads = 64;
constexpr int kTileBytes = 12 * 1024;

/// Targets that pass through shared memory at once: whole groups, at least two at d = 128.
TKZ_HOST_DEVICE constexpr int tile_targets(int padded_dim) {
  return kTileBytes / (kTargetGroup * padded_dim * 4) * kTargetGroup;
}

/// The block's shared memory. `word` is, one after the other, the keys of the tokens, the cosines
/// of the sources and the member counts of the targets; a barrier lies between.
struct SelectShared {
  VisionZipSelectArgs picture;  // ragged only
  Vec128 tile[kTileBytes / sizeof(Vec128)];
  Softmax softmax[kMaxSoftmaxHeads];
  uint32_t partial[3 * kSelectWarps];
  uint32_t word[1];  // [N], then position [N] and assign [N] in 16 bits

  TKZ_DEVICE uint16_t* position(int patches) { return reinterpret_cast<uint16_t*>(word + patches); }
};

inline int64_t select_shared_bytes(int64_t patches) {
  return static_cast<int64_t>(sizeof(SelectShared)) + 8 * patches;
}

/// Writes score and key of this thread's patches.
TKZ_DEVICE bool score_patches(const VisionZipSelectArgs& batch, const VisionZipSelectArgs& args,
                              SelectShared& shared, int first, int last) {
  const int64_t cls = args.has_cls ? 1 : 0;
  const int heads = static_cast<int>(batch.heads);
  bool bad = false;
  if (batch.logits != nullptr) {
    for (int head = warp_index(); head < heads; head += kSelectWarps) {
      const Softmax softmax = warp_softmax(args.logits + head * batch.logits_stride_head,
                                           static_cast<int>(args.tokens), &bad);
      if (lane_index() == 0) shared.softmax[head] = softmax;
    }
    syncthreads();  // every head's softmax is there
  }
  for (int patch = first; patch < last; ++patch) {
    const float score = batch.logits != nullptr
                            ? sum_over_heads(args.logits + cls + patch, heads,
                                             batch.logits_stride_head, shared.softmax)
                            : args.scores_in[patch];
    bad |= !is_finite(score);
    args.lists.scores[patch] = score;
    shared.word[patch] = ordered_key(score);
  }
  return bad;
}

/// Writes the lists of kept tokens, targets and merged tokens, ascending all three; targets, then
/// merged tokens, are left in `position`.
TKZ_DEVICE void place_tokens(const VisionZipSelectArgs& args, TopTokens top, const uint32_t* key,
                             int first, int last, uint16_t* position) {
  const int cls = args.has_cls ? 1 : 0;
  const int patches = static_cast<int>(args.tokens) - cls;
  const int targets = static_cast<int>(args.counts.target);
  const int kept = static_cast<int>(args.counts.dominant) - cls;
  const int stride = static_cast<int>(target_stride(patches - kept, targets));
  if (cls == 1 && thread_index() == 0) args.lists.dominant[0] = 0;

  for (int patch = first; patch < last; ++patch) {
    const int kept_before = static_cast<int>(top.kept());
    const int token = patch + cls;
    if (top.take(key[patch])) {
      args.lists.dominant[cls + kept_before] = token;
      continue;
    }
    const int rest = patch - kept_before;  // place among the tokens that are not kept
    const int nearest = rest / stride;
    if (targets == 0) continue;
    if (nearest < targets && rest % stride == 0) {
      args.lists.target[nearest] = token;
      position[nearest] = static_cast<uint16_t>(token);
    } else {
      const int source = rest - min(targets, nearest + 1);
      args.lists.merged[source] = token;
      position[targets + source] = static_cast<uint16_t>(token);
    }
  }
}

/// Fills the rest of the arrays that a picture does not need all of.
TKZ_DEVICE void pad_lists(const VisionZipSelectArgs& args, const VisionZipCounts& room,
                          int64_t most_patches) {
  const auto fill = [](auto* list, int64_t first, int64_t last, auto value) {
    for (int64_t i = first + thread_index(); i < last; i += kSelectThreads) list[i] = value;
  };
  const VisionZipCounts& n = args.counts;
  fill(args.lists.dominant, n.dominant, room.dominant, -1);
  fill(args.lists.target, n.target, room.target, -1);
  fill(args.lists.merged, n.merged, room.merged, -1);
  fill(args.lists.assign, n.merged, room.merged, -1);
  fill(args.lists.member, n.merged, room.merged, -1);
  fill(args.lists.member_offset, n.target + 1, room.target + 1, static_cast<int32_t>(n.merged));
  fill(args.lists.scores, args.tokens - (args.has_cls ? 1 : 0), most_patches, 0.0f);
}

/// Assigns every source to a target; leaves the result in shared memory too.
template <bool kVector, int kGroup>
TKZ_DEVICE bool assign_sources(const VisionZipSelectArgs& batch, const VisionZipSelectArgs& args,
                               SelectShared& shared, const uint16_t* position, uint16_t* assign) {
  const int dim = static_cast<int>(batch.dim);
  const int padded_dim = (dim > 0 ? dim + 3 : 4) / 4 * 4;
  const int targets = static_cast<int>(args.counts.target);
  const int sources = static_cast<int>(args.counts.merged);
  const float* const keys = args.key_mean;
  auto* const tile = reinterpret_cast<float*>(shared.tile);
  const int tile_size = tile_targets(padded_dim);
  bool bad = false;

  for (int offset = 0; offset < targets; offset += tile_size) {
    const int count = min(tile_size, targets - offset);
    if (offset > 0) syncthreads();  // nobody reads the previous tile any more
    stage_targets<kSelectThreads, kVector>(keys, position + offset, count, dim, padded_dim, tile,
                                           &bad);
    syncthreads();  // the tile is there
    for (int source = thread_index(); source < sources; source += kSelectThreads) {
      BestTarget best = {-kInfinity, 0};
      if (offset > 0) best = {bits_to_float(shared.word[source]), assign[source]};
      const float* const key = keys + static_cast<int64_t>(position[targets + source]) * dim;
      best = compare_targets<kVector, kGroup>(key, tile, offset, count, dim, padded_dim, best);
      shared.word[source] = float_to_bits(best.cosine);
      assign[source] = static_cast<uint16_t>(best.target);
    }
  }
  for (int source = thread_index(); source < sources; source += kSelectThreads) {
    args.lists.assign[source] = assign[source];
    bad |= !is_finite(bits_to_float(shared.word[source]));
  }
  return bad;
}

/// `args` are those of the block's picture; what all pictures share is read from `batch`, which
/// costs no registers.
template <bool kVector, int kGroup>
TKZ_DEVICE void select_in_picture(const VisionZipSelectArgs& batch, const VisionZipSelectArgs& args,
                                  SelectShared& shared) {
  const int cls = args.has_cls ? 1 : 0;
  const int patches = static_cast<int>(args.tokens) - cls;
  const int targets = static_cast<int>(args.counts.target);
  const int sources = static_cast<int>(args.counts.merged);
  uint16_t* const position = shared.position(patches);
  uint16_t* const assign = position + patches;

  const int share = (patches + kSelectThreads - 1) / kSelectThreads;
  const int first = min(thread_index() * share, patches);
  const int last = min(first + share, patches);
  bool bad = score_patches(batch, args, shared, first, last);
  const auto kept = static_cast<uint32_t>(args.counts.dominant - cls);
  const TopTokens top = top_tokens<kSelectThreads>(shared.word, first, last, kept, shared.partial);
  place_tokens(args, top, shared.word, first, last, position);
  syncthreads();  // positions are there and nobody reads keys any more
  if (sources > 0) {
    bad |= assign_sources<kVector, kGroup>(batch, args, shared, position, assign);
    syncthreads();  // assignments are there and nobody reads cosines any more
  }
  if (targets > 0) {
    group_members<kSelectThreads>(assign, position + targets, sources, targets, shared.word,
                                  shared.partial + 2 * kSelectWarps, args.lists.member_offset,
                                  args.lists.member);
  } else if (thread_index() == 0 && batch.lists.member_offset != nullptr) {
    *args.lists.member_offset = 0;
  }
  const bool non_finite = syncthreads_count(bad) > 0;
  if (thread_index() == 0) *args.lists.non_finite = non_finite;
}

/// kVector: key_mean may be read 16 bytes at a time. kRagged: what a picture has depends on data,
/// and is kept in shared memory, as registers are short: half a group at a time; otherwise it
/// follows from the arguments wherever it is needed.
template <bool kVector, bool kRagged>
TKZ_KERNEL(kSelectThreads, 1)
visionzip_select_kernel(VisionZipSelectArgs args) {
  auto& shared = *reinterpret_cast<SelectShared*>(shared_memory());
  const int64_t image = block_index();
  if (kRagged) {
    if (thread_index() == 0) shared.picture = picture_of(args, image);
    syncthreads();  // the picture is there
    select_in_picture<kVector, kTargetGroup / 2>(args, shared.picture, shared);
    pad_lists(shared.picture, args.counts, args.tokens - (args.has_cls ? 1 : 0));
  } else {
    VisionZipSelectArgs uniform = args;
    uniform.ragged.offsets = nullptr;
    select_in_picture<kVector, kTargetGroup>(args, picture_of(uniform, image), shared);
  }
}

}  // namespace tkz::TKZ_BACKEND
