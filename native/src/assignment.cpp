// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include <initializer_list>

#include "argument_check.h"
#include "arguments_of.h"
#include "cpu/operators.h"
#include "workspace_size.h"

using namespace tkz;

namespace {

/// Where the parts of the workspace lie, in bytes.
struct Workspace {
  size_t other_norm, mean, other_mean, bytes;

  Workspace(int64_t batch, int64_t rows, int64_t other_rows, int64_t dim) {
    const size_t mean_bytes = part_bytes(sizeof(float), {batch, dim});
    other_norm = part_bytes(sizeof(RowNorm), {rows});
    mean = other_norm + part_bytes(sizeof(RowNorm), {other_rows});
    other_mean = mean + mean_bytes;
    bytes = other_mean + (other_rows > 0 ? mean_bytes : 0);
  }
};

void check_flag(ArgumentCheck& check, int32_t value, const char* name) {
  check.require(value == 0 || value == 1, TKZ_INVALID_ARGUMENT, "%s must be 0 or 1, got %d", name,
                value);
}

template <class Params>
void check_params(ArgumentCheck& check, const Params* params) {
  check.not_null(params, "params");
  if (!check.ok()) return;
  check.require(params->size == sizeof *params, TKZ_INVALID_ARGUMENT,
                "params.size must be %zu, got %u", sizeof *params, params->size);
  check_flag(check, params->centred, "params.centred");
}

/// X: [B,N,d], or [1,T,d] of a ragged batch. Fixes B, N and d, without a ragged batch also T.
void check_rows(ArgumentCheck& check, const tkz_ragged* ragged, const tkz_tensor* rows,
                const char* name) {
  if (ragged != nullptr) check.ragged(ragged, 'B', 'N').fix('I', 1, "a ragged batch");
  check.tensor(rows, name, ragged != nullptr ? "ITd" : "BNd", Types::kFloat, Layout::kStrided)
      .not_empty("d");
  check.require(check['N'] <= INT32_MAX && check['T'] <= INT32_MAX, TKZ_INVALID_SHAPE,
                "%s must have at most %d rows, got %lld", name, INT32_MAX,
                static_cast<long long>(ragged != nullptr ? check['T'] : check['N']));
}

void check_workspace(ArgumentCheck& check, const Workspace& layout, const void* workspace,
                     size_t bytes) {
  check.not_null(workspace, "workspace")
      .require(reinterpret_cast<uintptr_t>(workspace) % 256 == 0, TKZ_INVALID_ARGUMENT,
               "workspace must be aligned to 256 bytes, got address %p", workspace)
      .require(bytes >= layout.bytes, TKZ_WORKSPACE_TOO_SMALL,
               "workspace must have at least %zu bytes, got %zu", layout.bytes, bytes);
}

bool is_same_view(const tkz_tensor& a, const tkz_tensor& b) {
  if (&a == &b) return true;
  if (a.data == nullptr) return false;  // which any two empty tensors can have
  if (a.data != b.data || a.ndim != b.ndim || a.dtype != b.dtype) return false;
  for (int i = 0; i < a.ndim; i++) {
    if (a.shape[i] != b.shape[i] || a.stride[i] != b.stride[i]) return false;
  }
  return true;
}

CosineRows rows_of(const tkz_tensor& tensor, const tkz_ragged* ragged, void* norm, void* mean) {
  CosineRows rows = {};
  rows.data = tensor.data;
  rows.stride_batch = stride_of(tensor, 0);
  rows.stride_token = stride_of(tensor, 1);
  rows.tokens = ragged != nullptr ? ragged->max_tokens : tensor.shape[1];
  rows.ragged = ragged_of(ragged, tensor.shape[1]);
  rows.norm = static_cast<RowNorm*>(norm);
  rows.mean = static_cast<float*>(mean);
  return rows;
}

/// Rows of a tensor in all pictures.
int64_t row_count(const tkz_tensor& tensor) { return tensor.shape[0] * tensor.shape[1]; }

/// Both sides of a comparison; `other` is null when they are rows of the same tensor.
template <class Args>
void set_sides(Args& args, bool centred, const tkz_ragged* ragged, const tkz_tensor& rows,
               const tkz_tensor* other, const Workspace& layout, void* workspace) {
  char* const base = static_cast<char*>(workspace);
  args.shared = other == nullptr;
  args.source = rows_of(rows, ragged, base, centred ? base + layout.mean : nullptr);
  if (args.shared) {
    args.target = args.source;
  } else {
    // The workspace has no room for a mean of no rows, which nobody needs.
    const bool has_mean = centred && row_count(*other) > 0;
    args.target = rows_of(*other, nullptr, base + layout.other_norm,
                          has_mean ? base + layout.other_mean : nullptr);
  }
}

const int32_t* list_of(const tkz_tensor& list) { return static_cast<const int32_t*>(list.data); }

}  // namespace

int32_t tkz_cosine_workspace(int64_t batch, int64_t rows, int64_t other_rows, int64_t dim,
                             size_t* bytes) {
  ArgumentCheck check(__func__);
  check.not_null(bytes, "bytes");
  check_size_asked(check, batch, "batch");
  check_size_asked(check, rows, "rows");
  check_size_asked(check, other_rows, "other_rows");
  check_size_asked(check, dim, "dim");
  if (!check.ok()) return check.status();
  const size_t needed = Workspace(batch, rows, other_rows, dim).bytes;
  check_size_answered(check, needed);
  if (check.ok()) *bytes = needed;
  return check.status();
}

int32_t tkz_cosine_assign(tkz_ctx* ctx, tkz_stream stream, const tkz_cosine_params* params,
                          const tkz_ragged* ragged, const tkz_tensor* source,
                          const tkz_tensor* source_index, const tkz_tensor* target,
                          const tkz_tensor* target_index, tkz_tensor* index, tkz_tensor* best,
                          int32_t* non_finite, void* workspace, size_t workspace_bytes) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx");
  check_params(check, params);
  check_rows(check, ragged, source, "source");
  if (!check.ok()) return check.status();
  const tkz_tensor* const other =
      target != nullptr && !is_same_view(*source, *target) ? target : nullptr;
  if (other != nullptr) {
    check.tensor(other, "target", "Bmd", Types::kFloat, Layout::kStrided)
        .same_dtype(source, "source", other, "target");
  }
  const char* outputs = ragged != nullptr ? "IT" : "BN";
  if (source_index != nullptr) {
    check.tensor(source_index, "source_index", outputs = "BK", Types::kI32, Layout::kContiguous);
  }
  if (target_index != nullptr) {
    check.tensor(target_index, "target_index", "BM", Types::kI32, Layout::kContiguous);
  }
  check.tensor(index, "index", outputs, Types::kI32, Layout::kContiguous);
  if (best != nullptr) check.tensor(best, "best", outputs, Types::kF32, Layout::kContiguous);
  for (const char letter : {'m', 'K', 'M'}) {
    check.require(check[letter] < INT32_MAX, TKZ_INVALID_SHAPE,
                  "sources and targets must be fewer than %d, got %lld", INT32_MAX,
                  static_cast<long long>(check[letter]));
  }
  if (!check.ok() || check['B'] == 0) return check.status();
  const Workspace layout(check['B'], row_count(*source), other ? row_count(*other) : 0, check['d']);
  check_workspace(check, layout, workspace, workspace_bytes);
  if (!check.ok()) return check.status();

  CosineAssignArgs args = {};
  args.dtype = dtype_of(*source);
  args.batch = check['B'];
  args.dim = check['d'];
  set_sides(args, params->centred != 0, ragged, *source, other, layout, workspace);
  // A list of no entries may have no memory, and is not the absence of a list.
  static const int32_t kNothing = -1;
  if (source_index != nullptr) {
    args.source.list = check['K'] > 0 ? list_of(*source_index) : &kNothing;
    args.source.listed = check['K'];
  }
  if (target_index != nullptr) {
    args.target.list = check['M'] > 0 ? list_of(*target_index) : &kNothing;
    args.target.listed = check['M'];
  }
  args.index = static_cast<int32_t*>(index->data);
  args.best = best != nullptr ? static_cast<float*>(best->data) : nullptr;
  args.non_finite = non_finite;
  return run(*ctx, __func__, stream, args, cpu::cosine_assign, &Device::cosine_assign);
}

int32_t tkz_cosine_matrix(tkz_ctx* ctx, tkz_stream stream, const tkz_cosine_params* params,
                          const tkz_ragged* ragged, const tkz_tensor* tokens, tkz_tensor* matrix,
                          int32_t* non_finite, void* workspace, size_t workspace_bytes) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx");
  check_params(check, params);
  check_rows(check, ragged, tokens, "tokens");
  check.tensor(matrix, "matrix", "BNN", Types::kF32, Layout::kContiguous);
  if (!check.ok() || check['B'] == 0) return check.status();
  const Workspace layout(check['B'], row_count(*tokens), 0, check['d']);
  check_workspace(check, layout, workspace, workspace_bytes);
  if (!check.ok()) return check.status();

  CosineMatrixArgs args = {};
  args.dtype = dtype_of(*tokens);
  args.batch = check['B'];
  args.dim = check['d'];
  args.rows = rows_of(*tokens, ragged, workspace,
                      params->centred != 0 ? static_cast<char*>(workspace) + layout.mean : nullptr);
  args.out = static_cast<float*>(matrix->data);
  args.non_finite = non_finite;
  return run(*ctx, __func__, stream, args, cpu::cosine_matrix, &Device::cosine_matrix);
}

int32_t tkz_mean_cosine(tkz_ctx* ctx, tkz_stream stream, const tkz_ragged* ragged,
                        const tkz_tensor* tokens, tkz_tensor* mean, int32_t* non_finite,
                        void* workspace, size_t workspace_bytes) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx");
  check_rows(check, ragged, tokens, "tokens");
  check.tensor(mean, "mean", ragged != nullptr ? "IT" : "BN", Types::kF32, Layout::kContiguous);
  if (!check.ok() || check['B'] == 0) return check.status();
  const Workspace layout(check['B'], row_count(*tokens), 0, check['d']);
  check_workspace(check, layout, workspace, workspace_bytes);
  if (!check.ok()) return check.status();

  MeanCosineArgs args = {};
  args.dtype = dtype_of(*tokens);
  args.batch = check['B'];
  args.dim = check['d'];
  args.rows = rows_of(*tokens, ragged, workspace, static_cast<char*>(workspace) + layout.mean);
  args.out = static_cast<float*>(mean->data);
  args.non_finite = non_finite;
  return run(*ctx, __func__, stream, args, cpu::mean_cosine, &Device::mean_cosine);
}

int32_t tkz_top_neighbours(tkz_ctx* ctx, tkz_stream stream, const tkz_top_neighbours_params* params,
                           const tkz_ragged* ragged, const tkz_tensor* tokens,
                           const tkz_tensor* others, tkz_tensor* index, tkz_tensor* similarity,
                           int32_t* non_finite, void* workspace, size_t workspace_bytes) {
  ArgumentCheck check(__func__);
  check.not_null(ctx, "ctx");
  check_params(check, params);
  if (!check.ok()) return check.status();
  check_flag(check, params->exclude_self, "params.exclude_self");
  check
      .require(params->neighbours >= 0, TKZ_INVALID_ARGUMENT,
               "params.neighbours must be 0 or more, got %d", params->neighbours)
      .limit(ctx, params->neighbours, &DeviceLimits::neighbours, "params.neighbours");
  check_rows(check, ragged, tokens, "tokens");
  if (!check.ok()) return check.status();
  const tkz_tensor* const other =
      others != nullptr && !is_same_view(*tokens, *others) ? others : nullptr;
  if (other != nullptr) {
    check.tensor(other, "others", "Bmd", Types::kFloat, Layout::kStrided)
        .same_dtype(tokens, "tokens", other, "others")
        .require(check['m'] < INT32_MAX, TKZ_INVALID_SHAPE,
                 "others must have fewer than %d rows, got %lld", INT32_MAX,
                 static_cast<long long>(check['m']));
    check.require(params->exclude_self == 0, TKZ_INVALID_ARGUMENT,
                  "params.exclude_self must be 0 with a tensor of others, got 1");
  }
  const char* const outputs = ragged != nullptr ? "ITq" : "BNq";
  check.fix('q', params->neighbours, "params.neighbours")
      .tensor(index, "index", outputs, Types::kI32, Layout::kContiguous)
      .tensor(similarity, "similarity", outputs, Types::kF32, Layout::kContiguous);
  if (!check.ok() || check['B'] == 0) return check.status();
  const Workspace layout(check['B'], row_count(*tokens), other ? row_count(*other) : 0, check['d']);
  check_workspace(check, layout, workspace, workspace_bytes);
  if (!check.ok()) return check.status();

  TopNeighboursArgs args = {};
  args.dtype = dtype_of(*tokens);
  args.batch = check['B'];
  args.dim = check['d'];
  args.wanted = params->neighbours;
  set_sides(args, params->centred != 0, ragged, *tokens, other, layout, workspace);
  args.exclude_self = params->exclude_self != 0;
  args.index = static_cast<int32_t*>(index->data);
  args.similarity = static_cast<float*>(similarity->data);
  args.non_finite = non_finite;
  return run(*ctx, __func__, stream, args, cpu::top_neighbours, &Device::top_neighbours);
}
