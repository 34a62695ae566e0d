// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "check_call.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace fuzz {
namespace {

bool is_nan(const tkz_tensor& t, const unsigned char* at) {
  uint32_t bits = 0;
  if (t.dtype == TKZ_F32) {
    memcpy(&bits, at, 4);
    return (bits & 0x7fffffff) > 0x7f800000;
  }
  memcpy(&bits, at, 2);
  return t.dtype == TKZ_F16    ? (bits & 0x7fff) > 0x7c00
         : t.dtype == TKZ_BF16 ? (bits & 0x7fff) > 0x7f80
                               : false;
}

/// Same bits at every element (any NaN equals any other), and nothing between the elements touched.
void compare(const char* name, const Output& drawn, const Output& plain) {
  const tkz_tensor& t = *drawn.view;
  const size_t size = t.dtype == TKZ_F16 || t.dtype == TKZ_BF16 ? 2 : 4;
  std::vector<bool> is_element(drawn.bytes, false);
  int64_t index[TKZ_MAX_DIMS] = {};
  int64_t count = 1;
  for (int i = 0; i < t.ndim; i++) count *= t.shape[i];
  for (int64_t n = 0; n < count; n++) {
    int64_t at = 0, plain_at = 0;
    for (int i = 0; i < t.ndim; i++) {
      at += index[i] * t.stride[i];
      plain_at += index[i] * plain.view->stride[i];
    }
    const unsigned char* a = static_cast<unsigned char*>(t.data) + at * static_cast<int64_t>(size);
    const unsigned char* b =
        static_cast<unsigned char*>(plain.view->data) + plain_at * static_cast<int64_t>(size);
    if (memcmp(a, b, size) != 0 && !(is_nan(t, a) && is_nan(t, b))) {
      fail(name, "expected the result not to depend on the layout of memory");
    }
    for (size_t i = 0; i < size; i++) is_element[static_cast<size_t>(a - drawn.begin) + i] = true;
    for (int i = t.ndim - 1; i >= 0 && ++index[i] == t.shape[i]; i--) index[i] = 0;
  }
  for (size_t i = 0; i < drawn.bytes; i++) {
    if (!is_element[i] && drawn.begin[i] != 0xcd) fail(name, "expected gaps to stay untouched");
  }
}

void check_status(const char* name, int32_t status) {
  if (status > 0 || status == TKZ_INTERNAL) fail(name, "expected a status of the ABI");
  if (status < 0 && std::string(tkz_last_error()).find(name) != 0) {
    fail(name, "expected a sentence that begins with the function's name");
  }
}

}  // namespace

void fail(const char* name, const char* what) {
  fprintf(stderr, "%s: %s (last error: %s)\n", name, what, tkz_last_error());
  abort();
}

tkz_ctx* context_on(int32_t backend) {
  tkz_ctx* created = nullptr;
  if (tkz_ctx_create(backend, 0, 2, &created) != TKZ_OK) fail("context", "expected the backend");
  return created;
}

Outcome check_call(tkz_ctx* ctx, const Operator& op, const Bytes& content, const Bytes& layout,
                   char left_out) {
  Call drawn(ctx, content, layout, false);
  drawn.leave_out(left_out);
  const int32_t status = op.call(drawn);
  if (status == kNotCalled) return Outcome::kRefused;
  check_status(op.name, status);
  if (drawn.is_damaged()) return Outcome::kRefused;
  Call plain(ctx, content, layout, true);
  plain.leave_out(left_out);
  const int32_t plain_status = op.call(plain);
  check_status(op.name, plain_status);
  if (status != plain_status) fail(op.name, "expected one status for both layouts");
  if (status != TKZ_OK) return Outcome::kRefused;
  for (size_t i = 0; i < drawn.outputs().size(); i++) {
    compare(op.name, drawn.outputs()[i], plain.outputs()[i]);
  }
  return drawn.is_empty() ? Outcome::kEmpty : Outcome::kComputed;
}

}  // namespace fuzz
