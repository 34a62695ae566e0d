// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Vision towers: CLIP and SigLIP, and the ConvNeXt that Mini-Gemini (arXiv 2403.18814) has beside
 * CLIP.
 *
 * <p>Mini-Gemini here is what its published inference code computes, except that half-precision
 * logits of the mining which overflow are not clipped. Each part is compared, on a random-weight
 * miniature in the published layout, with tensors that PyTorch made: the ConvNeXt with
 * transformers' ConvNextModel, CLIP and the language model with transformers', the mining with a
 * loop over patches, and the whole from picture file to greedy answers. No published weights of it
 * have been run.
 *
 * <p>Where compression acts: every patch is mined first and methods choose from and merge mined
 * tokens, by the scores of the CLIP tower as it is. Kept patches are the same as if only they had
 * been mined, since each looks at its own cells alone; merged ones are merged as the language model
 * would have seen them. After a method inside the tower only what is left is mined, each token in
 * the place of the patch it is named by. A class token has no place and is not mined.
 */
@NullMarked
package org.tokenzip.model.vision;

import org.jspecify.annotations.NullMarked;
