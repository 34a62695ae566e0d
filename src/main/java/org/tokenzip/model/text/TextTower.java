// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.text;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** A text transformer that was trained together with a vision tower. Safe for concurrent use. */
public interface TextTower {
  /** Tokens of the longest text, those at its ends included. */
  int longest();

  /** The position table [L, D]; borrowed. */
  Tensor positions();

  /**
   * The hidden state that stands for a text.
   *
   * @param table of positions, {@link #positions} or a longer one
   * @param ids from 1 to as many as the table has rows, with the tokens at the ends
   * @return [D]; the caller's
   */
  Tensor pooled(Tensor table, long... ids);

  /**
   * The input of every layer, the output of the last and, after it, that with the final norm, [S,
   * D] each; the tensors belong to the caller.
   */
  List<Tensor> hiddenStates(long... ids);
}
