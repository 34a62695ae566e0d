// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cpu/kernel/f32x16.h"

namespace tkz::cpu::TKZ_ISA {
namespace {

/// ordered_key of selection_rule.h with the top bit flipped, so that signed comparison orders it.
TKZ_INLINE I32x16 signed_key(F32x16 score) {
  const I32x16 bits = bits_of(score + splat(0.0f));
  return bits ^ ((bits >> 31) & splat(0x7fffffff));
}

}  // namespace
}  // namespace tkz::cpu::TKZ_ISA
