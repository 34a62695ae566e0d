// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tokenzip.testing.GuidedPictures.compress;
import static org.tokenzip.testing.GuidedPictures.line;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.DppOracle;
import org.tokenzip.testing.GuidedPictures.Guide;
import org.tokenzip.testing.GuidedPictures.Row;
import org.tokenzip.testing.NoLeaks;
import org.tokenzip.testing.Values;

@ExtendWith(NoLeaks.class)
class CDPrunerTest {
  @Test
  void theSignDecidesWhatIsRelevant() {
    try (TensorScope scope = new TensorScope()) {
      Tensor tokens = Tensors.of(new float[] {1, 0, 0, 1, 0.6f, 0.8f, -1, 0.2f}, 1, 4, 2);
      Guide guide = guide(Tensors.of(new float[] {1, 0}, 1, 2), -1);
      CDPrunerOptions one = CDPrunerOptions.forBudget(1);
      assertThat(keep(one.withSign(1), tokens, line(4), guide)).containsExactly(0);
      assertThat(keep(one.withSign(-1), tokens, line(4), guide)).containsExactly(3);
      assertThat(keep(one, tokens, line(4), guide)).containsExactly(3); // as the guide says
    }
  }

  @Test
  void relevanceIsScaledOverAllViewsAndEachKeepsAsMany() {
    try (TensorScope scope = new TensorScope()) {
      Tensor tokens = Values.normal(5, DType.FP32, 3, 6, 8);
      Tensor text = Values.normal(6, DType.FP32, 1, 8);
      VisualSequence frames =
          compress(
                  new CDPruner(CDPrunerOptions.forBudget(2)),
                  tokens,
                  List.of(new Row(3, 6, 6, 0, null)),
                  List.of(guide(text, 1)))
              .get(0);
      double[] relevance = DppOracle.relevance(floats(tokens), floats(text), 8);
      for (int view = 0; view < 3; view++) {
        double[] own = Arrays.copyOfRange(relevance, view * 6, view * 6 + 6);
        float[] rows = floats(tokens.select(0, view));
        int first = view * 6;
        assertThat(frames.provenance().keptPatches())
            .as("view %d", view)
            .contains(
                Arrays.stream(DppOracle.picks(rows, own, 8, 2)).map(i -> first + i).toArray());
      }
      assertThat(frames.provenance().scores()).hasSize(18);
    }
  }

  @Test
  void theCentredVariantTakesWhatItsFormulaTakes() {
    try (TensorScope scope = new TensorScope()) {
      Tensor common = Values.normal(7, DType.FP32, 1, 1, 8).mul(new Scalar(2));
      Tensor tokens = Values.normal(8, DType.FP32, 1, 40, 8).add(common);
      Tensor text = Values.normal(9, DType.FP32, 1, 8);
      int[] kept =
          keep(CDPrunerOptions.forBudget(7).withCentred(true), tokens, line(40), guide(text, 1));
      double[] weight =
          DppOracle.centredWeight(
              floats(tokens), DppOracle.relevance(floats(tokens), floats(text), 8), 8);
      assertThat(kept)
          .isEqualTo(DppOracle.picks(DppOracle.centred(floats(tokens), 8), weight, 8, 7));
      assertThat(kept)
          .isNotEqualTo(keep(CDPrunerOptions.forBudget(7), tokens, line(40), guide(text, 1)));
    }
  }

  @Test
  void aBudgetOfAllTokensChangesNothing() {
    try (TensorScope scope = new TensorScope()) {
      Tensor tokens = Values.normal(3, DType.FP32, 1, 9, 4);
      CDPruner method = new CDPruner(CDPrunerOptions.forBudget(9));
      VisualSequence all = compress(method, tokens, List.of(line(9)), List.of()).get(0);
      assertThat(floats(all.tokens())).isEqualTo(floats(tokens));
    }
  }

  @Test
  void aQuestionIsNeeded() {
    try (TensorScope scope = new TensorScope()) {
      Tensor tokens = Values.normal(3, DType.FP32, 1, 9, 4);
      CDPruner method = new CDPruner(CDPrunerOptions.forBudget(3));
      assertThatThrownBy(() -> compress(method, tokens, List.of(line(9)), List.of()))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage("cdpruner: expected a question about the picture, got none");
    }
  }

  private static Guide guide(Tensor text, int sign) {
    return new Guide(true, null, text, 1, sign);
  }

  private static int[] keep(CDPrunerOptions options, Tensor tokens, Row layout, Guide guide) {
    return compress(new CDPruner(options), tokens, List.of(layout), List.of(guide))
        .get(0)
        .provenance()
        .keptPatches();
  }

  private static float[] floats(Tensor tensor) {
    return Tensors.toFloatArray(tensor);
  }
}
