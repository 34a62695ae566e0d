/* Copyright 2026 The TokenZip Authors
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <tokenzip/tokenzip.h>

int main(void) {
  float map[4] = {0.25f, 0.75f, 0.5f, 0.5f}, scores[2]; /* one head, two tokens */
  const tkz_tensor in = tkz_contiguous(map, TKZ_F32, 4, (const int64_t[]){1, 1, 2, 2});
  tkz_tensor out = tkz_contiguous(scores, TKZ_F32, 2, (const int64_t[]){1, 2});
  tkz_ctx* ctx = NULL;
  if (tkz_ctx_create(TKZ_BACKEND_CPU, 0, 1, &ctx) != TKZ_OK ||
      tkz_attention_received_from_map(ctx, NULL, NULL, &in, 0, -1, 0, -1, &out) != TKZ_OK) {
    return fprintf(stderr, "%s\n", tkz_last_error()), 1;
  }
  printf("attention received: %g %g\n", scores[0], scores[1]);
  tkz_ctx_destroy(ctx);
  return 0;
}
