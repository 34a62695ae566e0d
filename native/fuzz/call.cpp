// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "call.h"

#include <cstring>

namespace fuzz {
namespace {

constexpr int kStyles = 6;
constexpr unsigned char kUntouched = 0xcd;

size_t size_of(int32_t dtype) { return dtype == TKZ_F16 || dtype == TKZ_BF16 ? 2 : 4; }

int64_t usual_extent(char letter) {
  switch (letter) {
    case 'B':
      return 3;
    case 'H':
      return 4;
    case 'd':
      return 70;
    case 'D':
      return 40;
    default:
      return 30;
  }
}

void put(unsigned char* at, int32_t dtype, float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  if (dtype == TKZ_F32) {
    memcpy(at, &bits, 4);
  } else if (dtype == TKZ_BF16) {
    const uint16_t upper = static_cast<uint16_t>(bits >> 16);
    memcpy(at, &upper, 2);
  } else {
    // Any mapping onto halves will do; this one keeps sign, order of magnitude and zeros.
    const int32_t exponent = static_cast<int32_t>((bits >> 23) & 0xff) - 112;
    uint16_t half = static_cast<uint16_t>((bits >> 16) & 0x8000);
    if (exponent > 30) {
      half = static_cast<uint16_t>(half | 0x7c00);
    } else if (exponent > 0) {
      half = static_cast<uint16_t>(half | (exponent << 10) | ((bits >> 13) & 0x3ff));
    }
    memcpy(at, &half, 2);
  }
}

}  // namespace

int64_t Call::extent(char letter, int64_t most) {
  const auto known = extents_.find(letter);
  if (known != extents_.end()) return known->second;
  const int64_t drawn = content_.between(0, most);
  return fix(letter, letter == left_out_ ? 0 : drawn);
}

int64_t Call::fix(char letter, int64_t extent) { return extents_[letter] = extent; }

float Call::any_float() {
  uint32_t bits = 0;
  for (int i = 0; i < 4; i++) bits = bits << 8 | content_.byte();
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

float Call::value(int style) {
  switch (style) {
    case 0:
      return static_cast<float>(content_.between(-4, 4));  // ties
    case 1:
      return static_cast<float>(content_.between(-1000, 1000)) * 0.00137f;
    case 2:
      return 0.0f;
    case 3:
      return static_cast<float>(content_.between(-9, 9)) * 1e37f;
    case 4:
      return static_cast<float>(content_.between(-9, 9)) * 1e-41f;
    default:
      return any_float();
  }
}

unsigned char* Call::allocate(size_t bytes) {
  memory_.emplace_back(new unsigned char[bytes]);
  memset(memory_.back().get(), kUntouched, bytes);
  return memory_.back().get();
}

tkz_tensor* Call::tensor(const char* letters, Kind kind, bool contiguous, unsigned char** begin,
                         size_t* bytes) {
  tkz_tensor t = {};
  t.ndim = static_cast<int32_t>(strlen(letters));
  if (kind == Kind::kFloat && float_dtype_ < 0) {
    float_dtype_ = static_cast<int32_t>(content_.between(TKZ_F32, TKZ_BF16));
  }
  t.dtype = kind == Kind::kF32 ? TKZ_F32 : kind == Kind::kI32 ? TKZ_I32 : float_dtype_;
  for (int i = 0; i < t.ndim; i++) t.shape[i] = extent(letters[i], usual_extent(letters[i]));
  // Dimensions but the last may lie in any order and have gaps.
  int order[TKZ_MAX_DIMS];
  for (int i = 0; i < t.ndim; i++) order[i] = i;
  const bool strided = !plain_ && !contiguous;
  if (strided && t.ndim > 2) {
    std::swap(order[0], order[layout_.between(0, t.ndim - 2)]);
    std::swap(order[1], order[layout_.between(1, t.ndim - 2)]);
  }
  int64_t stride = 1;
  for (int i = t.ndim - 1; i >= 0; i--) {
    const int dimension = order[i];
    t.stride[dimension] = stride;
    stride *= t.shape[dimension] > 0 ? t.shape[dimension] : 1;
    if (strided) stride += layout_.between(0, 2);
  }
  int64_t last = 0;
  bool empty = false;
  for (int i = 0; i < t.ndim; i++) {
    empty |= t.shape[i] == 0;
    last += (t.shape[i] - 1) * t.stride[i];
  }
  const int64_t offset = strided ? layout_.between(0, 3) : 0;
  const size_t elements = static_cast<size_t>(empty ? 0 : offset + last + 1);
  *bytes = elements * size_of(t.dtype);
  *begin = allocate(*bytes);
  t.data = *begin + (empty ? 0 : offset * static_cast<int64_t>(size_of(t.dtype)));
  if (empty && !plain_ && !layout_.rarely(4)) {
    // No memory, and strides that must not be asked.
    t.data = nullptr;
    for (int i = 0; i < t.ndim; i++) t.stride[i] = layout_.rarely(2) ? INT64_MAX - 1 : 7;
    empty_ = true;
  }
  tensors_.push_back(t);
  return &tensors_.back();
}

void Call::damage(tkz_tensor& t) {
  if (plain_ || !layout_.rarely(40)) return;
  damaged_ = true;
  switch (layout_.between(0, 4)) {
    case 0:
      t.data = nullptr;
      break;
    case 1:
      t.dtype = static_cast<int32_t>(layout_.between(-1, 20));
      break;
    case 2:
      t.ndim = static_cast<int32_t>(layout_.between(-1, 7));
      break;
    case 3:
      t.shape[layout_.between(0, TKZ_MAX_DIMS - 1)] = layout_.between(-3, 0);
      break;
    default:
      t.shape[layout_.between(0, TKZ_MAX_DIMS - 1)] = INT64_MAX / layout_.between(1, 9);
  }
}

tkz_tensor* Call::in(const char* letters, Kind kind, bool contiguous) {
  unsigned char* begin;
  size_t bytes;
  tkz_tensor* t = tensor(letters, kind, contiguous, &begin, &bytes);
  // Values are drawn in the order of the elements, so that they do not depend on the layout.
  const int style = static_cast<int>(content_.between(0, kStyles - 1));
  int64_t index[TKZ_MAX_DIMS] = {};
  int64_t count = 1;
  for (int i = 0; i < t->ndim; i++) count *= t->shape[i];
  for (int64_t n = 0; n < count; n++) {
    int64_t at = 0;
    for (int i = 0; i < t->ndim; i++) at += index[i] * t->stride[i];
    const int64_t bytes_before = at * static_cast<int64_t>(size_of(t->dtype));
    put(static_cast<unsigned char*>(t->data) + bytes_before, t->dtype, value(style));
    for (int i = t->ndim - 1; i >= 0 && ++index[i] == t->shape[i]; i--) index[i] = 0;
  }
  damage(*t);
  return t;
}

tkz_tensor* Call::indices(const char* letters, int64_t high) {
  unsigned char* begin;
  size_t bytes;
  tkz_tensor* t = tensor(letters, Kind::kI32, true, &begin, &bytes);
  for (size_t i = 0; i < bytes; i += 4) {
    const int32_t index = static_cast<int32_t>(content_.between(-2, high));
    memcpy(begin + i, &index, 4);
  }
  damage(*t);
  return t;
}

tkz_tensor* Call::out(const char* letters, Kind kind, bool contiguous) {
  unsigned char* begin;
  size_t bytes;
  tkz_tensor* t = tensor(letters, kind, contiguous, &begin, &bytes);
  // The comparison needs the true shape, so it gets a copy.
  tensors_.push_back(*t);
  outputs_.push_back({&tensors_.back(), begin, bytes});
  damage(*t);
  return t;
}

const tkz_ragged* Call::ragged(char total_letter, char batch_letter, char max_letter) {
  if (!chance(3)) {
    fix(batch_letter, extent('B', usual_extent('B')));
    fix(max_letter, extent(total_letter, usual_extent(total_letter)));
    return nullptr;
  }
  const int64_t batch = fix(batch_letter, content_.between(0, 4));
  const int64_t total = extent(total_letter, usual_extent(total_letter));
  const int64_t most = content_.between(0, total);
  fix('B', 1);
  tkz_ragged r = {};
  r.size = sizeof r;
  r.batch = batch;
  r.max_tokens = fix(max_letter, max_letter == left_out_ ? 0 : most);
  int32_t* offsets = ints(batch + 1, 0, total);
  if (!chance(8)) {  // otherwise they may fall
    for (int64_t i = 1; i <= batch; i++) {
      if (offsets[i] < offsets[i - 1]) offsets[i] = offsets[i - 1];
    }
  }
  r.offsets = offsets;
  raggeds_.push_back(r);
  return &raggeds_.back();
}

int32_t* Call::ints(int64_t count, int64_t low, int64_t high) {
  int32_t* memory = reinterpret_cast<int32_t*>(allocate(static_cast<size_t>(count) * 4));
  for (int64_t i = 0; i < count; i++) memory[i] = static_cast<int32_t>(number(low, high));
  return memory;
}

int32_t* Call::int_output(int64_t count) {
  const size_t bytes = static_cast<size_t>(count) * 4;
  tkz_tensor t = {};
  t.ndim = 1;
  t.dtype = TKZ_I32;
  t.shape[0] = count;
  t.stride[0] = 1;
  unsigned char* memory = allocate(bytes);
  t.data = memory;
  tensors_.push_back(t);
  outputs_.push_back({&tensors_.back(), memory, bytes});
  return bytes == 0 && !plain_ ? nullptr : reinterpret_cast<int32_t*>(memory);
}

void* Call::workspace(size_t bytes) {
  if (bytes == 0 && !plain_) return nullptr;
  unsigned char* memory = allocate(bytes + 255);
  return memory + (256 - reinterpret_cast<uintptr_t>(memory) % 256) % 256;
}

}  // namespace fuzz
