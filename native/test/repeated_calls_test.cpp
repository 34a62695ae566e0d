// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Every operator a thousand times on the same small input: the same bits each time, whatever the
// outputs and the workspace held before.
#include "every_operator.h"

using namespace test;

namespace {

void a_thousand_calls_give_the_same_bits(int32_t backend, int calls) {
  const Context ctx(backend);
  const auto call = [](const char* name, const std::function<int32_t()>& operation) {
    context() = name;
    EXPECT_EQUAL(operation(), int32_t{TKZ_OK});
  };
  EveryOperator first, again;
  first.forget(0);
  first.for_each(ctx, nullptr, call);
  for (int i = 1; i < calls && failures() == 0; i++) {
    again.forget(i);
    again.for_each(ctx, nullptr, call);
    again.out.expect_same(first.out);
  }
}

}  // namespace

int main() {
  run("cpu", [] { a_thousand_calls_give_the_same_bits(TKZ_BACKEND_CPU, 1000); });
  if (tkz_has_backend(TKZ_BACKEND_EMULATION)) {  // which is slow
    run("emulation", [] { a_thousand_calls_give_the_same_bits(TKZ_BACKEND_EMULATION, 3); });
  }
  return result();
}
