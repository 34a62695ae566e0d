// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// What the families share: shapes, tensors that live as long as the cases, and the table of a
// family.
#pragma once

#include <initializer_list>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cases.h"
#include "memory.h"

namespace bench {

// CLIP-L/336 and a language model of 7B.
constexpr int64_t kHeads = 16, kTokens = 577, kPatches = 576, kHeadDim = 64, kWidth = 1024;
constexpr int64_t kModelHeads = 32, kModelHeadDim = 128, kModelWidth = 4096;

// FiCoCo removes 42 tokens of a layer; the others are who they are handed to.
constexpr int64_t kRemoved = 42, kSurvivors = kPatches - kRemoved;

/// Owner of the tensors of a problem.
class Problem {
 public:
  tkz_tensor random(tkz_dtype dtype, std::initializer_list<int64_t> shape, uint32_t seed) {
    tkz_tensor t = contiguous(nullptr, dtype, shape);
    return adopt(t, random_values(count(t), dtype, seed));
  }

  tkz_tensor empty(tkz_dtype dtype, std::initializer_list<int64_t> shape) {
    tkz_tensor t = contiguous(nullptr, dtype, shape);
    return adopt(t, allocate(count(t) * (dtype == TKZ_I32 ? 4 : size_of(dtype))));
  }

  /// The numbers 0 to below - 1 in turn, times `step`.
  tkz_tensor indices(std::initializer_list<int64_t> shape, int64_t below, int64_t step = 1) {
    tkz_tensor t = empty(TKZ_I32, shape);
    for (int64_t i = 0; i < count(t); i++) {
      static_cast<int32_t*>(t.data)[i] = static_cast<int32_t>(i % below * step);
    }
    return t;
  }

  tkz_tensor filled(float value, std::initializer_list<int64_t> shape) {
    tkz_tensor t = empty(TKZ_F32, shape);
    for (int64_t i = 0; i < count(t); i++) static_cast<float*>(t.data)[i] = value;
    return t;
  }

  int32_t* flags(int64_t batch) { return static_cast<int32_t*>(empty(TKZ_I32, {batch}).data); }

  void* bytes(size_t count) {
    memory_.push_back(allocate(static_cast<int64_t>(count)));
    return memory_.back().get();
  }

 private:
  static int64_t count(const tkz_tensor& t) {
    int64_t n = 1;
    for (int i = 0; i < t.ndim; i++) n *= t.shape[i];
    return n;
  }

  tkz_tensor adopt(tkz_tensor t, Memory memory) {
    t.data = memory.get();
    memory_.push_back(std::move(memory));
    return t;
  }

  std::vector<Memory> memory_;
};

/// `count` rows of [B,n,D] from `first` on.
inline tkz_tensor rows_of(tkz_tensor tokens, int64_t first, int64_t count) {
  const int64_t e = size_of(static_cast<tkz_dtype>(tokens.dtype));
  tokens.data = static_cast<char*>(tokens.data) + first * tokens.stride[1] * e;
  tokens.shape[1] = count;
  return tokens;
}

inline void append(std::vector<Case>& cases, std::vector<Case> more) {
  cases.insert(cases.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
}

/// An operator on a problem P: one row of the table of a family.
template <class P>
struct Row {
  const char* name;  ///< of the operator, and what tells its shape
  int64_t bytes;     ///< inputs and outputs, each once
  int64_t flops;
  int32_t (*call)(tkz_ctx*, P&);
};

/// The cases of a family for one dtype and batch. The problem is made of `arguments` by the first
/// case that runs; those that a filter leaves out cost nothing.
template <class P, class... Arguments>
std::vector<Case> table(tkz_ctx* ctx, tkz_dtype dtype, int64_t batch,
                        std::initializer_list<Row<P>> rows, Arguments... arguments) {
  const auto problem = std::make_shared<std::unique_ptr<P>>();
  std::vector<Case> cases;
  for (const Row<P>& row : rows) {
    cases.push_back({std::string(row.name) + " " + name_of(dtype) + " B=" + std::to_string(batch),
                     row.bytes, row.flops, [=, call = row.call] {
                       if (!*problem)
                         *problem = std::make_unique<P>(ctx, dtype, batch, arguments...);
                       check(call(ctx, **problem));
                     }});
  }
  return cases;
}

}  // namespace bench
