// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "argument_check.h"
#include "arguments_of.h"
#include "cpu/operators.h"
#include "ragged_tensor.h"

using namespace tkz;

namespace {

/// Where the lists of a merge lie in its workspace.
struct Workspace {
  size_t offset_bytes, member_bytes;

  Workspace(int64_t batch, int64_t entries, int64_t targets)
      : offset_bytes(list_bytes(batch, targets + 1)), member_bytes(list_bytes(batch, entries)) {}

  size_t bytes() const { return offset_bytes + 2 * member_bytes; }

 private:
  static size_t list_bytes(int64_t batch, int64_t count) {
    return (static_cast<size_t>(batch * count) * sizeof(int32_t) + 255) / 256 * 256;
  }
};

/// Rows of a picture: positions are 32-bit, with room to step beyond the last.
constexpr int64_t kMostRows = int64_t{1} << 30;

void check_sizes(ArgumentCheck& check, int64_t batch, int64_t entries, int64_t targets) {
  constexpr int64_t kMostBatch = int64_t{1} << 24;
  const auto extent = [&](int64_t value, int64_t most, const char* name) {
    check.require(value >= 0 && value <= most, TKZ_INVALID_SHAPE,
                  "%s must be from 0 to %lld, got %lld", name, static_cast<long long>(most),
                  static_cast<long long>(value));
  };
  extent(batch, kMostBatch, "batch");
  extent(entries, kMostRows, "entries");
  extent(targets, kMostRows, "targets");
}

/// Checks the sizes of `args` and gives it its share of the workspace.
void place(ArgumentCheck& check, MergeMembersArgs& args, void* workspace, size_t bytes) {
  const int64_t entries = args.sources * args.copies;
  check_sizes(check, args.batch, entries, args.targets);
  if (!check.ok()) return;
  const Workspace layout(args.batch, entries, args.targets);
  check.not_null(workspace, "workspace")
      .require(reinterpret_cast<uintptr_t>(workspace) % 256 == 0, TKZ_INVALID_ARGUMENT,
               "workspace must be aligned to 256 bytes, got address %p", workspace)
      .require(bytes >= layout.bytes(), TKZ_WORKSPACE_TOO_SMALL,
               "workspace must have at least %zu bytes, got %zu", layout.bytes(), bytes);
  char* at = static_cast<char*>(workspace);
  args.offset = reinterpret_cast<int32_t*>(at);
  args.member = reinterpret_cast<int32_t*>(at + layout.offset_bytes);
  args.scratch = reinterpret_cast<int32_t*>(at + layout.offset_bytes + layout.member_bytes);
}

void set_target(MergeMembersArgs& args, const tkz_tensor* target, const tkz_tensor& out) {
  args.dtype = dtype_of(out);
  args.dim = out.shape[2];
  if (target != nullptr) {
    args.target = target->data;
    args.target_stride_batch = stride_of(*target, 0);
    args.target_stride_row = stride_of(*target, 1);
  }
  args.out = out.data;
  args.out_stride_batch = stride_of(out, 0);
  args.out_stride_row = stride_of(out, 1);
}

/// Sources that have one entry each.
void set_source(MergeMembersArgs& args, const tkz_ragged* ragged, const tkz_tensor& source,
                const tkz_tensor& assign) {
  args.sources = ragged != nullptr ? ragged->max_tokens : source.shape[1];
  args.copies = 1;
  args.source_pictures = ragged_of(ragged, source.shape[1]);
  args.source = source.data;
  args.source_stride_batch = stride_of(source, 0);
  args.source_stride_row = stride_of(source, 1);
  args.assign = static_cast<const int32_t*>(assign.data);
  args.assign_stride_batch = stride_of(assign, 0);
  args.assign_stride_row = 1;
}

int32_t merge(ArgumentCheck& check, const tkz_ctx& ctx, const char* function, tkz_stream stream,
              MergeMembersArgs& args, void* workspace, size_t workspace_bytes) {
  place(check, args, workspace, workspace_bytes);
  if (!check.ok()) return check.status();
  return run(ctx, function, stream, args, cpu::merge_members, &Device::merge_members);
}

}  // namespace

int32_t tkz_weighted_sum(tkz_ctx* ctx, tkz_stream stream, const tkz_ragged* ragged,
                         const tkz_tensor* tokens, const tkz_tensor* weight,
                         const tkz_tensor* index, tkz_tensor* out) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx");
  check_ragged(check, ragged)
      .tensor(tokens, "tokens", ragged != nullptr ? "otD" : "BnD", Types::kFloat, Layout::kStrided)
      .tensor(weight, "weight", ragged != nullptr ? "ot" : "Bn", Types::kF32, Layout::kStrided);
  if (index != nullptr) check.tensor(index, "index", "Bm", Types::kI32, Layout::kStrided);
  check.tensor(out, "out", "BoD", Types::kFloat, Layout::kStrided)
      .same_dtype(tokens, "tokens", out, "out")
      .not_empty("D");
  if (!check.ok()) return check.status();
  WeightedSumArgs args = {};
  args.dtype = dtype_of(*out);
  args.batch = check['B'];
  args.tokens = tokens->shape[1];
  args.dim = check['D'];
  check.require(args.tokens <= kMostRows && check['m'] <= kMostRows, TKZ_INVALID_SHAPE,
                "tokens and index must have at most %lld rows, got %lld and %lld",
                static_cast<long long>(kMostRows), static_cast<long long>(args.tokens),
                static_cast<long long>(check['m']));
  if (!check.ok() || args.batch == 0) return check.status();
  args.ragged = ragged_of(ragged, tokens->shape[1]);
  args.input = tokens->data;
  args.input_stride_batch = stride_of(*tokens, 0);
  args.input_stride_token = stride_of(*tokens, 1);
  args.weight = static_cast<const float*>(weight->data);
  args.weight_stride_batch = stride_of(*weight, 0);
  if (index != nullptr) {
    args.has_index = 1;
    args.index = static_cast<const int32_t*>(index->data);
    args.index_stride_batch = stride_of(*index, 0);
    args.index_count = index->shape[1];
  }
  args.out = out->data;
  args.out_stride_batch = stride_of(*out, 0);
  return run(*ctx, __func__, stream, args, cpu::weighted_sum, &Device::weighted_sum);
}

int32_t tkz_merge_workspace(int64_t batch, int64_t entries, int64_t targets, size_t* bytes) {
  ArgumentCheck check(__func__);
  check_sizes(check, batch, entries, targets);
  check.not_null(bytes, "bytes");
  if (!check.ok()) return check.status();
  *bytes = Workspace(batch, entries, targets).bytes();
  return TKZ_OK;
}

int32_t tkz_target_mean_merge(tkz_ctx* ctx, tkz_stream stream, const tkz_merge_params* params,
                              const tkz_ragged* ragged, const tkz_tensor* target,
                              const tkz_tensor* source, const tkz_tensor* assign, tkz_tensor* out,
                              void* workspace, size_t workspace_bytes) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx").not_null(params, "params");
  if (!check.ok()) return check.status();
  check.require(params->size == sizeof *params, TKZ_INVALID_ARGUMENT,
                "params.size must be %zu, got %u", sizeof *params, params->size);
  check.require(params->mode == TKZ_TARGET_PLUS_MEAN || params->mode == TKZ_MEAN_WITH_TARGET,
                TKZ_INVALID_ARGUMENT, "params.mode must be 0 or 1, got %d", params->mode);
  check_ragged(check, ragged)
      .tensor(target, "target", "BcD", Types::kFloat, Layout::kStrided)
      .tensor(source, "source", ragged != nullptr ? "otD" : "BnD", Types::kFloat, Layout::kStrided)
      .tensor(assign, "assign", ragged != nullptr ? "ot" : "Bn", Types::kI32, Layout::kStrided)
      .tensor(out, "out", "BcD", Types::kFloat, Layout::kStrided)
      .same_dtype(target, "target", source, "source")
      .same_dtype(target, "target", out, "out")
      .not_empty("D");
  if (!check.ok() || check['B'] == 0 || check['c'] == 0) return check.status();
  MergeMembersArgs args = {};
  args.rule = params->mode == TKZ_TARGET_PLUS_MEAN ? MergeRule::kTargetPlusMean
                                                   : MergeRule::kMeanWithTarget;
  args.batch = check['B'];
  args.targets = check['c'];
  set_target(args, target, *out);
  set_source(args, ragged, *source, *assign);
  return merge(check, *ctx, __func__, stream, args, workspace, workspace_bytes);
}

int32_t tkz_size_weighted_merge(tkz_ctx* ctx, tkz_stream stream, const tkz_ragged* ragged,
                                const tkz_tensor* target, const tkz_tensor* target_size,
                                const tkz_tensor* source, const tkz_tensor* source_size,
                                const tkz_tensor* assign, tkz_tensor* out, tkz_tensor* out_size,
                                void* workspace, size_t workspace_bytes) {
  ArgumentCheck check(__func__);
  const char* per_source = ragged != nullptr ? "ot" : "Bn";
  check.not_null(ctx, "ctx");
  check_ragged(check, ragged)
      .tensor(target, "target", "BcD", Types::kFloat, Layout::kStrided)
      .tensor(target_size, "target_size", "Bc", Types::kF32, Layout::kStrided)
      .tensor(source, "source", ragged != nullptr ? "otD" : "BnD", Types::kFloat, Layout::kStrided)
      .tensor(source_size, "source_size", per_source, Types::kF32, Layout::kStrided)
      .tensor(assign, "assign", per_source, Types::kI32, Layout::kStrided)
      .tensor(out, "out", "BcD", Types::kFloat, Layout::kStrided)
      .tensor(out_size, "out_size", "Bc", Types::kF32, Layout::kStrided)
      .same_dtype(target, "target", source, "source")
      .same_dtype(target, "target", out, "out")
      .not_empty("D");
  if (!check.ok() || check['B'] == 0 || check['c'] == 0) return check.status();
  MergeMembersArgs args = {};
  args.rule = MergeRule::kWeightedMean;
  args.batch = check['B'];
  args.targets = check['c'];
  set_target(args, target, *out);
  set_source(args, ragged, *source, *assign);
  args.target_weight = static_cast<const float*>(target_size->data);
  args.target_weight_stride_batch = stride_of(*target_size, 0);
  args.weight = static_cast<const float*>(source_size->data);
  args.weight_stride_batch = stride_of(*source_size, 0);
  args.weight_stride_row = 1;
  args.out_weight = static_cast<float*>(out_size->data);
  args.out_weight_stride_batch = stride_of(*out_size, 0);
  return merge(check, *ctx, __func__, stream, args, workspace, workspace_bytes);
}

int32_t tkz_self_preserving_merge(tkz_ctx* ctx, tkz_stream stream, const tkz_ragged* ragged,
                                  const tkz_tensor* tokens, const tkz_tensor* removed,
                                  const tkz_tensor* index, const tkz_tensor* weight,
                                  tkz_tensor* out, void* workspace, size_t workspace_bytes) {
  ArgumentCheck check(__func__);
  const char* per_token = ragged != nullptr ? "otD" : "BnD";
  check.not_null(ctx, "ctx");
  check_ragged(check, ragged)
      .tensor(tokens, "tokens", per_token, Types::kFloat, Layout::kStrided)
      .tensor(removed, "removed", "BrD", Types::kFloat, Layout::kStrided)
      .tensor(index, "index", "BrK", Types::kI32, Layout::kStrided)
      .tensor(weight, "weight", "BrK", Types::kF32, Layout::kStrided)
      .tensor(out, "out", per_token, Types::kFloat, Layout::kStrided)
      .same_dtype(tokens, "tokens", removed, "removed")
      .same_dtype(tokens, "tokens", out, "out")
      .not_empty("D");
  if (!check.ok()) return check.status();
  MergeMembersArgs args = {};
  args.rule = MergeRule::kWeightedMean;
  args.batch = check['B'];
  args.targets = ragged != nullptr ? ragged->max_tokens : check['n'];
  if (args.batch == 0 || args.targets == 0 || tokens->shape[1] == 0) return TKZ_OK;
  args.target_pictures = ragged_of(ragged, tokens->shape[1]);
  set_target(args, tokens, *out);
  args.sources = check['r'];
  args.copies = check['K'] > 0 ? check['K'] : 1;
  if (check['K'] == 0) args.sources = 0;
  args.source = removed->data;
  args.source_stride_batch = stride_of(*removed, 0);
  args.source_stride_row = stride_of(*removed, 1);
  args.weight = static_cast<const float*>(weight->data);
  args.weight_stride_batch = stride_of(*weight, 0);
  args.weight_stride_row = stride_of(*weight, 1);
  args.assign = static_cast<const int32_t*>(index->data);
  args.assign_stride_batch = stride_of(*index, 0);
  args.assign_stride_row = stride_of(*index, 1);
  return merge(check, *ctx, __func__, stream, args, workspace, workspace_bytes);
}

int32_t tkz_scatter_add(tkz_ctx* ctx, tkz_stream stream, const tkz_ragged* ragged,
                        const tkz_tensor* rows, const tkz_tensor* index, const tkz_tensor* base,
                        tkz_tensor* out, void* workspace, size_t workspace_bytes) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx");
  check_ragged(check, ragged)
      .tensor(rows, "rows", ragged != nullptr ? "otD" : "BnD", Types::kFloat, Layout::kStrided)
      .tensor(index, "index", ragged != nullptr ? "ot" : "Bn", Types::kI32, Layout::kStrided);
  if (base != nullptr) {
    check.tensor(base, "base", "BcD", Types::kFloat, Layout::kStrided)
        .same_dtype(rows, "rows", base, "base");
  }
  check.tensor(out, "out", "BcD", Types::kFloat, Layout::kStrided)
      .same_dtype(rows, "rows", out, "out")
      .not_empty("D");
  if (!check.ok() || check['B'] == 0 || check['c'] == 0) return check.status();
  MergeMembersArgs args = {};
  args.rule = MergeRule::kSum;
  args.batch = check['B'];
  args.targets = check['c'];
  set_target(args, base, *out);
  set_source(args, ragged, *rows, *index);
  return merge(check, *ctx, __func__, stream, args, workspace, workspace_bytes);
}
