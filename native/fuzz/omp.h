/* Copyright 2026 The TokenZip Authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * OpenMP for the fuzzer, whose compiler may come without: everything on the calling thread. */
#pragma once

inline int omp_get_max_threads() { return 1; }
inline int omp_get_thread_num() { return 0; }
inline int omp_get_num_threads() { return 1; }
