// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.OutputToken;
import org.tokenzip.compress.Provenance;
import org.tokenzip.compress.TokenSelection;
import org.tokenzip.compress.TowerLayer;
import org.tokenzip.compress.TowerReduction;

/**
 * A method at work inside the first tower of two. The second tower has its say afterwards: a token
 * that is left looks up the place of the patch it is named by, whatever was merged into it; one
 * without a place stays as it is.
 *
 * @param method borrowed
 */
record FineReduction(TowerReduction method, FineViews fine) implements TowerReduction {
  @Override
  public @Nullable Tensor keyBias() {
    return method.keyBias();
  }

  @Override
  public Tensor afterAttention(TowerLayer layer) {
    return method.afterAttention(layer);
  }

  @Override
  public TokenSelection selection() {
    return new Selection(method.selection(), fine);
  }

  @Override
  public void close() {}

  private record Selection(TokenSelection chosen, FineViews fine) implements TokenSelection {
    @Override
    public int images() {
      return chosen.images();
    }

    @Override
    public int outputTokens() {
      return chosen.outputTokens();
    }

    @Override
    public boolean mergedInPlace() {
      return chosen.mergedInPlace();
    }

    @Override
    public Tensor apply(Tensor tokens) {
      List<int[]> places = new ArrayList<>();
      for (int view = 0; view < images(); view++) {
        places.add(provenance(view).tokens().stream().mapToInt(OutputToken::anchor).toArray());
      }
      return fine.added(chosen.apply(tokens), places);
    }

    @Override
    public Provenance provenance(int image) {
      return chosen.provenance(image);
    }

    @Override
    public void requireFinite() {
      chosen.requireFinite();
    }

    @Override
    public void close() {
      chosen.close();
    }
  }
}
