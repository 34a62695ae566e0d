// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Random calls of the C ABI, each made twice: as drawn, in memory of any layout and alignment and
// now and then with an argument damaged, and once more in plain contiguous memory. A call returns a
// status with a sentence or leaves the same result both times; memory errors are AddressSanitizer's
// to see. With libFuzzer this is a fuzz target; without, main() draws inputs at random.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>

#include "call.h"

namespace {

using fuzz::Bytes;
using fuzz::Call;

[[noreturn]] void fail(const char* name, const char* what) {
  fprintf(stderr, "%s: %s (last error: %s)\n", name, what, tkz_last_error());
  abort();
}

tkz_ctx* context() {
  static tkz_ctx* const ctx = [] {
    tkz_ctx* created = nullptr;
    if (tkz_ctx_create(TKZ_BACKEND_CPU, 0, 2, &created) != TKZ_OK) abort();
    return created;
  }();
  return ctx;
}

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
void compare(const char* name, const fuzz::Output& drawn, const fuzz::Output& plain) {
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

/// Calls of each operator that computed something in both layouts.
std::map<std::string, long>& computed() {
  static std::map<std::string, long> counts;
  return counts;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) return 0;
  const std::vector<fuzz::Operator>& all = fuzz::operators();
  const fuzz::Operator& op = all[data[0] % all.size()];
  const size_t layout_bytes = size / 4;
  const Bytes layout(data + 1, layout_bytes);
  const Bytes content(data + 1 + layout_bytes, size - 1 - layout_bytes);

  Call drawn(context(), content, layout, false);
  const int32_t status = op.call(drawn);
  if (status == fuzz::kNotCalled) return 0;
  check_status(op.name, status);
  if (drawn.is_damaged()) return 0;
  Call plain(context(), content, layout, true);
  const int32_t plain_status = op.call(plain);
  check_status(op.name, plain_status);
  if (status != plain_status) fail(op.name, "expected one status for both layouts");
  if (status == TKZ_OK) {
    computed()[op.name]++;
    for (size_t i = 0; i < drawn.outputs().size(); i++) {
      compare(op.name, drawn.outputs()[i], plain.outputs()[i]);
    }
  }
  return 0;
}

#if !defined(TKZ_LIBFUZZER)
#include <random>

/// usage: abi_fuzz [INPUTS [SEED]]
int main(int argc, char** argv) {
  const long inputs = argc > 1 ? atol(argv[1]) : 20000;
  std::mt19937 random(argc > 2 ? static_cast<unsigned>(atol(argv[2])) : 1u);
  for (long n = 0; n < inputs; n++) {
    std::vector<uint8_t> input(64 + random() % 4096);
    for (uint8_t& byte : input) byte = static_cast<uint8_t>(random());
    LLVMFuzzerTestOneInput(input.data(), input.size());
  }
  long all = 0;
  for (const fuzz::Operator& op : fuzz::operators()) {
    const long count = computed()[op.name];
    all += count;
    if (count == 0) fail(op.name, "expected some of the calls to be accepted");
  }
  printf("%ld calls of %zu operators, %ld computed\n", inputs, fuzz::operators().size(), all);
  return 0;
}
#endif
