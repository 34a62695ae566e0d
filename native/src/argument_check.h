// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "context.h"
#include "tokenzip/tokenzip.h"

namespace tkz {

enum class Types { kF32, kFloat, kI32 };
enum class Layout { kStrided, kContiguous };

/// Checks the arguments of one call, in order; the first that does not fit becomes the call's error
/// and ends the checking. Extents are named by the shape letters of tokenzip.h: the first tensor
/// that uses a letter fixes it, later ones have to agree.
class ArgumentCheck {
 public:
  explicit ArgumentCheck(const char* function) : function_(function) {}

  /// `ctx` and every pointer of a call.
  ArgumentCheck& not_null(const void* pointer, const char* name);

  /// Fixes a letter from outside; `reason` is printed when a tensor disagrees.
  ArgumentCheck& fix(char letter, int64_t extent, const char* reason);

  /// A tensor with one dimension per letter. `name` must outlive the check.
  ArgumentCheck& tensor(const tkz_tensor* tensor, const char* name, const char* letters,
                        Types types, Layout layout);

  /// Extents that every call needs at least 1 of, as B and S may be 0.
  ArgumentCheck& not_empty(const char* letters);

  /// A ragged batch (null: nothing to check): fixes `batch` to its pictures and `tokens` to its
  /// max_tokens.
  ArgumentCheck& ragged(const tkz_ragged* ragged, char batch, char tokens);

  /// Two tensors of the same dtype.
  ArgumentCheck& same_dtype(const tkz_tensor* a, const char* a_name, const tkz_tensor* b,
                            const char* b_name);

  /// An extent that the kernels of the context's device can take; on the CPU there is no limit.
  ArgumentCheck& limit(const tkz_ctx* ctx, int64_t extent, int64_t DeviceLimits::*limit,
                       const char* what);

  /// A value the caller has checked: fails with the sentence when `holds` is false.
  ArgumentCheck& require(bool holds, tkz_status status, const char* format, ...)
      __attribute__((format(printf, 4, 5)));

  bool ok() const { return status_ == TKZ_OK; }
  int32_t status() const { return status_; }
  int64_t operator[](char letter) const { return extent_[letter - 'A']; }
  /// Whether any extent seen so far is 0.
  bool empty() const { return empty_; }

 private:
  void check_dtype(const tkz_tensor& tensor, const char* name, Types types);
  void check_shape(const tkz_tensor& tensor, const char* name, const char* letters);
  void check_memory(const tkz_tensor& tensor, const char* name, const char* letters, Layout layout);

  static constexpr int kLetters = 'z' - 'A' + 1;
  const char* function_;
  int32_t status_ = TKZ_OK;
  bool empty_ = false;
  int64_t extent_[kLetters] = {};
  const char* reason_[kLetters] = {};  // null: the letter is free
};

}  // namespace tkz
