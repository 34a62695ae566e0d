// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "argument_check.h"
#include "arguments_of.h"
#include "cpu/operators.h"
#include "workspace_size.h"

using namespace tkz;

namespace {

/// Where tkz_attention_row keeps what passes between its two launches.
struct Workspace {
  size_t logits_bytes, partials_bytes;

  Workspace(int64_t batch, int64_t heads, int64_t tokens)
      : logits_bytes(part_bytes(sizeof(float), {batch, heads, tokens})),
        partials_bytes(part_bytes(sizeof(PartialSoftmax), {batch, most_row_tiles(tokens), heads})) {
  }

  size_t bytes() const { return logits_bytes + partials_bytes; }
};

void check_params(ArgumentCheck& check, const tkz_attention_row_params* params) {
  check.not_null(params, "params");
  if (!check.ok()) return;
  check
      .require(params->size == sizeof *params, TKZ_INVALID_ARGUMENT,
               "params.size must be %zu, got %u", sizeof *params, params->size)
      .require(params->reduce == TKZ_HEADS_SUM || params->reduce == TKZ_HEADS_MEAN,
               TKZ_INVALID_ARGUMENT, "params.reduce must be 0 (sum) or 1 (mean), got %d",
               params->reduce);
}

/// The letter K: key heads, each shared by the same number of query heads.
void check_heads(ArgumentCheck& check) {
  if (!check.ok()) return;
  check.require(check['H'] % check['K'] == 0, TKZ_INVALID_SHAPE,
                "heads H of query must be a multiple of the %lld heads K of keys, got %lld",
                static_cast<long long>(check['K']), static_cast<long long>(check['H']));
}

}  // namespace

int32_t tkz_attention_row_workspace(const tkz_attention_row_params* params, int64_t batch,
                                    int64_t heads, int64_t tokens, size_t* bytes) {
  ArgumentCheck check(__func__);
  check_params(check, params);
  check.not_null(bytes, "bytes");
  check_size_asked(check, batch, "batch");
  check_size_asked(check, heads, "heads");
  check_size_asked(check, tokens, "tokens");
  if (!check.ok()) return check.status();
  const size_t needed = Workspace(batch, heads, tokens).bytes();
  check_size_answered(check, needed);
  if (check.ok()) *bytes = needed;
  return check.status();
}

int32_t tkz_attention_row(tkz_ctx* ctx, tkz_stream stream, const tkz_attention_row_params* params,
                          const tkz_ragged* ragged, const tkz_tensor* query, const tkz_tensor* keys,
                          tkz_tensor* scores, int32_t* non_finite, void* workspace,
                          size_t workspace_bytes) {
  ArgumentCheck check(__func__);
  const bool packed = ragged != nullptr;
  check.not_null(ctx, "ctx");
  check_params(check, params);
  check.ragged(ragged, 'B', 'S')
      .fix('P', 1, "a packed batch")
      .tensor(query, "query", "BHd", Types::kFloat, Layout::kStrided)
      .tensor(keys, "keys", packed ? "PKTd" : "BKSd", Types::kFloat, Layout::kStrided)
      .same_dtype(query, "query", keys, "keys")
      .tensor(scores, "scores", packed ? "PT" : "BS", Types::kF32, Layout::kContiguous)
      .not_empty("HKd");
  check_heads(check);
  check.limit(ctx, check['H'], &DeviceLimits::row_heads, "heads H")
      .limit(ctx, check['d'], &DeviceLimits::row_head_dim, "head width d");
  if (!check.ok() || check['B'] == 0) return check.status();
  const Workspace layout(check['B'], check['H'], check['S']);
  check
      .require(workspace != nullptr || layout.bytes() == 0, TKZ_INVALID_ARGUMENT,
               "workspace must not be null, got null")
      .require(reinterpret_cast<uintptr_t>(workspace) % 256 == 0, TKZ_INVALID_ARGUMENT,
               "workspace must be aligned to 256 bytes, got address %p", workspace)
      .require(workspace_bytes >= layout.bytes(), TKZ_WORKSPACE_TOO_SMALL,
               "workspace must have at least %zu bytes, got %zu", layout.bytes(), workspace_bytes);
  if (!check.ok()) return check.status();

  AttentionRowArgs args = {};
  args.dtype = dtype_of(*keys);
  args.batch = check['B'];
  args.heads = check['H'];
  args.key_heads = check['K'];
  args.tokens = keys->shape[2];
  args.dim = check['d'];
  args.query = query->data;
  args.query_stride_batch = stride_of(*query, 0);
  args.query_stride_head = stride_of(*query, 1);
  args.keys = keys->data;
  args.keys_stride_batch = stride_of(*keys, 0);
  args.keys_stride_head = stride_of(*keys, 1);
  args.keys_stride_token = stride_of(*keys, 2);
  args.scale = params->scale;
  args.mean = params->reduce == TKZ_HEADS_MEAN;
  args.logits = static_cast<float*>(workspace);
  args.partials =
      reinterpret_cast<PartialSoftmax*>(static_cast<char*>(workspace) + layout.logits_bytes);
  args.scores = static_cast<float*>(scores->data);
  args.non_finite = non_finite;
  args.ragged = ragged_of(ragged, keys->shape[2]);
  return run(*ctx, __func__, stream, args, cpu::attention_row, &Device::attention_row);
}
