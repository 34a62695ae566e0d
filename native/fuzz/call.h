// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The arguments of one call of an operator, drawn from the fuzzer's input. The same call can be
// made again in another layout of memory: what it computes must not change.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bytes.h"
#include "tokenzip/tokenzip.h"

namespace fuzz {

enum class Kind {
  kF32,
  kFloat,  ///< fp32, fp16 or bf16; the same for all tensors of a call
  kI32,
};

/// Memory of exactly the bytes asked for: AddressSanitizer sees the first one beyond. Nothing may
/// be asked of no memory at all, so that is null at times.
using Memory = std::unique_ptr<unsigned char[]>;

struct Output {
  const tkz_tensor* view;
  unsigned char* begin;
  size_t bytes;
};

class Call {
 public:
  /// `content` decides sizes, values and parameters, `layout` strides, alignment and damage. With
  /// `plain`, tensors are contiguous and nothing is damaged, whatever `layout` says.
  Call(tkz_ctx* ctx, Bytes content, Bytes layout, bool plain)
      : ctx_(ctx), content_(content), layout_(layout), plain_(plain) {}

  /// Every extent of this letter is 0 where it would be drawn.
  void leave_out(char letter) { left_out_ = letter; }

  tkz_ctx* ctx() const { return ctx_; }

  /// The extent a letter stands for; drawn at its first use, from 0 to `most`.
  int64_t extent(char letter, int64_t most);
  /// Fixes a letter.
  int64_t fix(char letter, int64_t extent);
  int64_t number(int64_t low, int64_t high) { return content_.between(low, high); }
  bool chance(int64_t n) { return content_.rarely(n); }
  /// A float of any bits.
  float any_float();

  /// A tensor of one extent per letter, filled with values. Letters not drawn before get up to 3
  /// (B), 4 (H), 70 (d), 40 (D) or 30 (any other).
  tkz_tensor* in(const char* letters, Kind kind, bool contiguous = false);
  /// Indices from -2 to `high`.
  tkz_tensor* indices(const char* letters, int64_t high);
  tkz_tensor* out(const char* letters, Kind kind, bool contiguous = false);
  tkz_tensor* indices_out(const char* letters) { return out(letters, Kind::kI32, true); }

  /// Null, or pictures packed one after another in tensors of `total_letter` rows; B becomes 1.
  /// To be called before the letters B and `total_letter` are used; `batch_letter` and `max_letter`
  /// are the extents of what has a fixed length per picture.
  const tkz_ragged* ragged(char total_letter, char batch_letter, char max_letter);

  /// Plain memory, zeroed or aligned for a workspace.
  int32_t* ints(int64_t count, int64_t low, int64_t high);
  int32_t* int_output(int64_t count);
  void* workspace(size_t bytes);

  /// Whether an argument was made wrong on purpose.
  bool is_damaged() const { return damaged_; }
  /// Whether there are pictures, and memory of one of the tensors was null for want of elements.
  bool is_empty() const {
    const auto pictures = extents_.find(extents_.count('G') != 0 ? 'G' : 'B');
    return empty_ && pictures != extents_.end() && pictures->second > 1;
  }
  const std::vector<Output>& outputs() const { return outputs_; }

 private:
  tkz_tensor* tensor(const char* letters, Kind kind, bool contiguous, unsigned char** begin,
                     size_t* bytes);
  void damage(tkz_tensor& tensor);
  float value(int style);
  unsigned char* allocate(size_t bytes);

  tkz_ctx* ctx_;
  Bytes content_, layout_;
  bool plain_;
  char left_out_ = 0;
  bool damaged_ = false, empty_ = false;
  int32_t float_dtype_ = -1;
  std::map<char, int64_t> extents_;
  std::deque<tkz_tensor> tensors_;
  std::deque<tkz_ragged> raggeds_;
  std::vector<Memory> memory_;
  std::vector<Output> outputs_;
};

/// Instead of a status, where the sizes that were drawn fit no call.
constexpr int32_t kNotCalled = 1;

/// An operator and how a call of it is drawn.
struct Operator {
  const char* name;
  int32_t (*call)(Call&);
};

const std::vector<Operator>& operators();

}  // namespace fuzz
