/*
 * Copyright 2026 The TokenZip Authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The header is C11 and the library can be used from C.
 */
#include <stdio.h>
#include <string.h>

#include "tokenzip/tokenzip.h"

int main(void) {
  tkz_ctx* ctx = NULL;
  char version[32];
  const uint32_t abi = tkz_abi_version();
  snprintf(version, sizeof version, "%u.%u.%u", abi >> 16, (abi >> 8) & 0xff, abi & 0xff);
  if (abi != TKZ_ABI_VERSION || strcmp(version, EXPECTED_VERSION) != 0) {
    fprintf(stderr, "expected ABI version %s, got %s\n", EXPECTED_VERSION, version);
    return 1;
  }
  if (tkz_ctx_create(TKZ_BACKEND_CPU, 0, 1, &ctx) != TKZ_OK || ctx == NULL) {
    fprintf(stderr, "expected a context, got: %s\n", tkz_last_error());
    return 1;
  }
  tkz_ctx_destroy(ctx);
  {
    float memory[24];
    const tkz_tensor view = tkz_contiguous(memory, TKZ_F32, 3, (const int64_t[]){2, 3, 4});
    const int64_t stride[] = {12, 4, 1};
    if (view.data != memory || view.dtype != TKZ_F32 || view.ndim != 3 || view.shape[2] != 4 ||
        memcmp(view.stride, stride, sizeof stride) != 0) {
      fprintf(stderr, "expected a contiguous [2,3,4], got strides %lld, %lld, %lld\n",
              (long long)view.stride[0], (long long)view.stride[1], (long long)view.stride[2]);
      return 1;
    }
  }
  return 0;
}
