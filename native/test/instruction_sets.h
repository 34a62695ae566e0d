// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <string>

#include "cpu/kernels.h"
#include "expect.h"

namespace test {

/// Expects the same of `everything(kernels)` to the last bit, with the kernels of every instruction
/// set that this machine has.
template <class F>
void expect_same_on_every_set(const std::string& name, const F& everything) {
  const tkz::cpu::Kernels* const* all = tkz::cpu::all_kernels();
  const auto expected = everything(*all[0]);
  for (int i = 1; all[i] != nullptr; i++) {
    const tkz::cpu::Kernels& kernels = *all[i];
    if (!tkz::cpu::runs_here(kernels)) {
      printf("%s is skipped: this machine does not have it\n", kernels.isa);
      continue;
    }
    run(std::string(kernels.isa) + " " + name, [&] {
      const auto got = everything(kernels);
      for (size_t part = 0; part < got.size(); part++) {
        EXPECT_EQUAL(got[part] == expected[part], true);
      }
    });
  }
}

}  // namespace test
