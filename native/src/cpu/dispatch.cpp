// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu/kernels.h"

namespace tkz::cpu {

namespace baseline {
extern const Kernels kKernels;
}
#if defined(TKZ_X86_VARIANTS)
namespace avx2 {
extern const Kernels kKernels;
}
namespace avx512 {
extern const Kernels kKernels;
}
#endif

namespace {

#if defined(TKZ_X86_VARIANTS)
// The levels the compiler was given, feature by feature: GCC 11 does not know them by name.
bool supports_v3() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
         __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("f16c") &&
         __builtin_cpu_supports("fma") && __builtin_cpu_supports("lzcnt") &&
         __builtin_cpu_supports("movbe");
}

bool supports_v4() {
  return supports_v3() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl");
}
#endif

const Kernels& widest() {
  const Kernels* best = all_kernels()[0];
  for (const Kernels* const* k = all_kernels(); *k != nullptr; k++) {
    if (runs_here(**k)) best = *k;
  }
  return *best;
}

}  // namespace

const Kernels* const* all_kernels() {
#if defined(TKZ_X86_VARIANTS)
  static const Kernels* const all[] = {&baseline::kKernels, &avx2::kKernels, &avx512::kKernels,
                                       nullptr};
#else
  static const Kernels* const all[] = {&baseline::kKernels, nullptr};
#endif
  return all;
}

bool runs_here(const Kernels& kernels) {
#if defined(TKZ_X86_VARIANTS)
  if (&kernels == &avx512::kKernels) return supports_v4();
  if (&kernels == &avx2::kKernels) return supports_v3();
#endif
  return &kernels == &baseline::kKernels;
}

const Kernels& kernels() {
  static const Kernels& chosen = widest();
  return chosen;
}

}  // namespace tkz::cpu
