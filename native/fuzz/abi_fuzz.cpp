// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Random calls of the C ABI; see check_call.h. With libFuzzer this is a fuzz target; without,
// main() draws inputs at random. On the CPU, or as the build says on the emulated kernels.
#include <cstdio>
#include <cstdlib>
#include <map>

#include "check_call.h"

#if !defined(TKZ_FUZZ_BACKEND)
#define TKZ_FUZZ_BACKEND TKZ_BACKEND_CPU
#endif

namespace {

/// Calls of each operator that computed something.
std::map<std::string, long>& computed() {
  static std::map<std::string, long> counts;
  return counts;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) return 0;
  static tkz_ctx* const ctx = fuzz::context_on(TKZ_FUZZ_BACKEND);
  const std::vector<fuzz::Operator>& all = fuzz::operators();
  const fuzz::Operator& op = all[data[0] % all.size()];
  const size_t layout_bytes = size / 4;
  const fuzz::Bytes layout(data + 1, layout_bytes);
  const fuzz::Bytes content(data + 1 + layout_bytes, size - 1 - layout_bytes);
  if (fuzz::check_call(ctx, op, content, layout) != fuzz::Outcome::kRefused) computed()[op.name]++;
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
    // Few inputs need not find a call of every operator that fits.
    if (count == 0 && inputs >= 5000)
      fuzz::fail(op.name, "expected some of the calls to be accepted");
  }
  printf("%ld calls of %zu operators, %ld computed\n", inputs, fuzz::operators().size(), all);
  return 0;
}
#endif
