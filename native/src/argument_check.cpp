// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "argument_check.h"

#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "status.h"

namespace tkz {
namespace {

/// Elements of one tensor; byte offsets within it then stay far from overflow.
constexpr int64_t kMaxElements = int64_t{1} << 40;

const char* dtype_name(int32_t dtype) {
  switch (dtype) {
    case TKZ_F32:
      return "fp32";
    case TKZ_F16:
      return "fp16";
    case TKZ_BF16:
      return "bf16";
    case TKZ_I32:
      return "int32";
    case TKZ_I64:
      return "int64";
    default:
      return nullptr;
  }
}

/// "[B,H,S]" for "BHS".
struct ShapeText {
  char text[2 * TKZ_MAX_DIMS + 3];
  explicit ShapeText(const char* letters) {
    char* p = text;
    *p++ = '[';
    for (const char* l = letters; *l; l++) {
      if (l != letters) *p++ = ',';
      *p++ = *l;
    }
    *p++ = ']';
    *p = '\0';
  }
};

}  // namespace

ArgumentCheck& ArgumentCheck::require(bool holds, tkz_status status, const char* format, ...) {
  if (!ok() || holds) return *this;
  char sentence[400];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(sentence, sizeof sentence, format, arguments);
  va_end(arguments);
  status_ = fail(status, "%s: %s", function_, sentence);
  return *this;
}

ArgumentCheck& ArgumentCheck::not_null(const void* pointer, const char* name) {
  return require(pointer != nullptr, TKZ_INVALID_ARGUMENT, "%s must not be null, got null", name);
}

ArgumentCheck& ArgumentCheck::fix(char letter, int64_t extent, const char* reason) {
  if (!ok()) return *this;
  extent_[letter - 'A'] = extent;
  reason_[letter - 'A'] = reason;
  empty_ |= extent == 0;
  return *this;
}

ArgumentCheck& ArgumentCheck::tensor(const tkz_tensor* tensor, const char* name,
                                     const char* letters, Types types, Layout layout) {
  not_null(tensor, name);
  if (ok()) check_dtype(*tensor, name, types);
  if (ok()) check_shape(*tensor, name, letters);
  if (ok()) check_memory(*tensor, name, letters, layout);
  return *this;
}

void ArgumentCheck::check_dtype(const tkz_tensor& tensor, const char* name, Types types) {
  const char* got = dtype_name(tensor.dtype);
  const char* expected = types == Types::kF32   ? "fp32"
                         : types == Types::kI32 ? "int32"
                                                : "fp32, fp16 or bf16";
  require(got != nullptr, TKZ_INVALID_ARGUMENT, "%s must be %s, got unknown dtype %d", name,
          expected, tensor.dtype);
  const bool known = types == Types::kF32   ? tensor.dtype == TKZ_F32
                     : types == Types::kI32 ? tensor.dtype == TKZ_I32
                                            : tensor.dtype >= TKZ_F32 && tensor.dtype <= TKZ_BF16;
  require(known, TKZ_UNSUPPORTED_DTYPE, "%s must be %s, got %s", name, expected, got);
}

void ArgumentCheck::check_shape(const tkz_tensor& tensor, const char* name, const char* letters) {
  const ShapeText shape(letters);
  const int dims = static_cast<int>(strlen(letters));
  require(tensor.ndim == dims, TKZ_INVALID_SHAPE, "%s must have %d dimensions %s, got %d", name,
          dims, shape.text, tensor.ndim);
  int64_t elements = 1;
  for (int i = 0; i < dims && ok(); i++) {
    const int64_t extent = tensor.shape[i];
    require(extent >= 0, TKZ_INVALID_SHAPE, "extent %c of %s %s must be 0 or more, got %lld",
            letters[i], name, shape.text, static_cast<long long>(extent));
    require(!__builtin_mul_overflow(elements, extent, &elements) && elements <= kMaxElements,
            TKZ_INVALID_SHAPE, "%s must have at most %lld elements, got extent %c = %lld", name,
            static_cast<long long>(kMaxElements), letters[i], static_cast<long long>(extent));
    const char*& reason = reason_[letters[i] - 'A'];
    const int64_t expected = extent_[letters[i] - 'A'];
    if (reason == nullptr) {
      fix(letters[i], extent, name);
    } else {
      require(extent == expected, TKZ_INVALID_SHAPE,
              "extent %c of %s %s must be %lld as %s has it, got %lld", letters[i], name,
              shape.text, static_cast<long long>(expected), reason, static_cast<long long>(extent));
    }
  }
}

void ArgumentCheck::check_memory(const tkz_tensor& tensor, const char* name, const char* letters,
                                 Layout layout) {
  const ShapeText shape(letters);
  int64_t elements = 1;
  for (int i = 0; i < tensor.ndim; i++) elements *= tensor.shape[i];
  if (elements == 0) return;
  require(tensor.data != nullptr, TKZ_INVALID_ARGUMENT, "data of %s must not be null, got null",
          name);
  const uintptr_t size = tensor.dtype == TKZ_F32 || tensor.dtype == TKZ_I32 ? 4 : 2;
  require(reinterpret_cast<uintptr_t>(tensor.data) % size == 0, TKZ_INVALID_ARGUMENT,
          "data of %s must be aligned to its elements of %d bytes, got address %p", name,
          static_cast<int>(size), tensor.data);
  int64_t contiguous = 1;
  for (int i = tensor.ndim - 1; i >= 0; i--) {
    const int64_t stride = tensor.stride[i];
    const bool checked = layout == Layout::kContiguous || i == tensor.ndim - 1;
    require(!checked || tensor.shape[i] == 1 || stride == contiguous, TKZ_INVALID_SHAPE,
            "stride %c of %s %s must be %lld%s, got %lld", letters[i], name, shape.text,
            static_cast<long long>(contiguous),
            layout == Layout::kContiguous ? " (contiguous)" : "", static_cast<long long>(stride));
    contiguous *= tensor.shape[i];
  }
}

ArgumentCheck& ArgumentCheck::not_empty(const char* letters) {
  for (const char* letter = letters; *letter && ok(); letter++) {
    require((*this)[*letter] > 0, TKZ_INVALID_SHAPE, "extent %c of %s must be 1 or more, got 0",
            *letter, reason_[*letter - 'A']);
  }
  return *this;
}

ArgumentCheck& ArgumentCheck::ragged(const tkz_ragged* ragged, char batch, char tokens) {
  if (!ok() || ragged == nullptr) return *this;
  const tkz_ragged& r = *ragged;
  require(r.size == sizeof r, TKZ_INVALID_ARGUMENT, "ragged.size must be %zu, got %u", sizeof r,
          r.size);
  require(r.reserved == 0, TKZ_INVALID_ARGUMENT, "ragged.reserved must be 0, got %d", r.reserved);
  require(r.batch >= 0, TKZ_INVALID_SHAPE, "ragged.batch must be 0 or more, got %lld",
          static_cast<long long>(r.batch));
  require(r.max_tokens >= 0 && r.max_tokens <= INT32_MAX, TKZ_INVALID_SHAPE,
          "ragged.max_tokens must be from 0 to %d, got %lld", INT32_MAX,
          static_cast<long long>(r.max_tokens));
  require(r.offsets != nullptr || r.batch == 0, TKZ_INVALID_ARGUMENT,
          "ragged.offsets must not be null, got null");
  require(reinterpret_cast<uintptr_t>(r.offsets) % sizeof *r.offsets == 0, TKZ_INVALID_ARGUMENT,
          "ragged.offsets must be aligned to its elements of 4 bytes, got address %p",
          static_cast<const void*>(r.offsets));
  return fix(batch, r.batch, "ragged.batch").fix(tokens, r.max_tokens, "ragged.max_tokens");
}

ArgumentCheck& ArgumentCheck::same_dtype(const tkz_tensor* a, const char* a_name,
                                         const tkz_tensor* b, const char* b_name) {
  if (!ok()) return *this;
  return require(a->dtype == b->dtype, TKZ_INVALID_ARGUMENT, "%s must be %s as %s is, got %s",
                 b_name, dtype_name(a->dtype), a_name, dtype_name(b->dtype));
}

ArgumentCheck& ArgumentCheck::limit(const tkz_ctx* ctx, int64_t extent,
                                    int64_t DeviceLimits::*limit, const char* what) {
  if (!ok() || ctx->device == nullptr) return *this;
  const int64_t most = ctx->device->limits.*limit;
  return require(extent <= most, TKZ_INVALID_SHAPE, "%s must be at most %lld on %s, got %lld", what,
                 static_cast<long long>(most), ctx->device->name, static_cast<long long>(extent));
}

}  // namespace tkz
