// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Every operator on pictures without tokens, lists without entries, batches without pictures:
// every extent that a call has is 0 in turn, with and without ragged batches, and what has no
// elements has no memory either. AddressSanitizer and UBSan see what is done to null.
#include <cstdio>
#include <random>

#include "check_call.h"

namespace {

constexpr char kLetters[] = "BGSMNTXYZHKdDPmkqcrn";

/// `draws` of each operator and letter, that is.
int draw(int32_t backend, int draws) {
  tkz_ctx* const ctx = fuzz::context_on(backend);
  std::mt19937 random(7);
  std::vector<uint8_t> content(4096), layout(256);
  int computed = 0;
  for (const fuzz::Operator& op : fuzz::operators()) {
    int empty = 0;
    for (const char* letter = kLetters; *letter; letter++) {
      for (int n = 0; n < draws; n++) {
        for (uint8_t& byte : content) byte = static_cast<uint8_t>(random());
        for (uint8_t& byte : layout) byte = static_cast<uint8_t>(random());
        const fuzz::Outcome outcome =
            fuzz::check_call(ctx, op, fuzz::Bytes(content.data(), content.size()),
                             fuzz::Bytes(layout.data(), layout.size()), *letter);
        empty += outcome == fuzz::Outcome::kEmpty;
      }
    }
    if (empty < draws / 10) fuzz::fail(op.name, "expected more empty calls to be accepted");
    computed += empty;
  }
  tkz_ctx_destroy(ctx);
  return computed;
}

}  // namespace

int main() {
  printf("cpu: %d empty calls computed\n", draw(TKZ_BACKEND_CPU, 60));
  if (tkz_has_backend(TKZ_BACKEND_EMULATION)) {  // which is slow
    printf("emulation: %d empty calls computed\n", draw(TKZ_BACKEND_EMULATION, 2));
  }
  return 0;
}
