// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bench;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.tokenzip.bench.published.PublishedVisionZip;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;

/**
 * Input of VisionZip at the shape of CLIP-L/336, built around a known answer: the CLS query points
 * at the keys that have to be kept, and every other key lies close to its target's. The margins are
 * wide enough for arithmetic in bf16, so both sides can be required to find exactly this answer.
 */
final class PlantedProblem implements AutoCloseable {
  static final int HEADS = 16;
  static final int HEAD_WIDTH = 64;
  static final int TOKENS = 577;
  static final int WIDTH = 1024;
  static final float SCALE = 0.125f; // 1 / sqrt(HEAD_WIDTH)

  private static final long SEED = 2412_04467;
  private static final double QUERY_DEVIATION = 0.5;
  private static final double CLUSTER_RADIUS = 6;
  private static final double DOMINANT_LOGIT = 4;

  private final List<PlantedSelection> answers;
  private final Tensor query;
  private final Tensor keys;
  private final Tensor keysByHead;
  private final Tensor tokens;
  private final Tensor attention;
  private final Tensor metric;

  /**
   * A problem of {@code images} images whose answer keeps {@code dominant} + {@code contextual}.
   */
  PlantedProblem(int images, int dominant, int contextual, DType dtype) {
    Random random = new Random(SEED);
    answers =
        Stream.generate(() -> PlantedSelection.random(random, TOKENS, dominant, contextual))
            .limit(images)
            .toList();
    try (TensorScope scope = new TensorScope()) {
      torch.manual_seed(SEED);
      Tensor queries = torch.randn(images, HEADS, TOKENS, HEAD_WIDTH);
      queries = times(queries, QUERY_DEVIATION).to(dtype.scalarType());
      query = scope.keep(queries.select(2, 0).contiguous()); // [B, H, d]
      keysByHead = scope.keep(plantedKeys(query, contextual).to(dtype.scalarType()));
      keys = scope.keep(keysByHead.transpose(1, 2).contiguous().transpose(1, 2));
      tokens = scope.keep(torch.randn(images, TOKENS, WIDTH).to(dtype.scalarType()));
      attention = scope.keep(softmaxMap(queries)); // [B, H, S, S]
      metric = scope.keep(PublishedVisionZip.metric(keysByHead)); // [B, S, d]
    }
  }

  /** The answer for each image. */
  List<PlantedSelection> answers() {
    return answers;
  }

  /** Query of the CLS token [B, H, d]. */
  Tensor query() {
    return query;
  }

  /** Keys [B, H, S, d], token by token in memory, as a key projection leaves them. */
  Tensor keys() {
    return keys;
  }

  /** The same keys head by head in memory, as the published tower makes them. */
  Tensor keysByHead() {
    return keysByHead;
  }

  /** Tokens to be compressed [B, S, D]. */
  Tensor tokens() {
    return tokens;
  }

  /** The whole softmax map [B, H, S, S], as eager attention leaves it behind. */
  Tensor attention() {
    return attention;
  }

  /** Mean of the keys over heads [B, S, d], in the storage dtype. */
  Tensor metric() {
    return metric;
  }

  @Override
  public void close() {
    Stream.of(query, keys, keysByHead, tokens, attention, metric).forEach(Tensor::close);
  }

  private Tensor plantedKeys(Tensor query, int contextual) {
    int images = answers.size();
    long[] cluster = new long[images * TOKENS];
    float[] dominant = new float[images * TOKENS];
    for (int image = 0; image < images; image++) {
      int[] clusters = answers.get(image).clusters(TOKENS);
      for (int position = 0; position < TOKENS; position++) {
        // Kept positions take the last, empty cluster.
        boolean kept = clusters[position] < 0;
        cluster[image * TOKENS + position] = kept ? contextual : clusters[position];
        dominant[image * TOKENS + position] = kept ? 1 : 0;
      }
    }
    Tensor centres = unit(torch.randn(contextual + 1, HEAD_WIDTH));
    Tensor centre = centres.index_select(0, Tensors.vector(cluster));
    Tensor shared = times(centre, CLUSTER_RADIUS).view(images, 1, TOKENS, HEAD_WIDTH);
    Tensor wide = query.to(DType.FP32.scalarType()).unsqueeze(2); // [B, H, 1, d]
    Tensor pull = unit(wide).div(length(wide)); // adds 1 to the unscaled logit
    Tensor strength = times(Tensors.of(dominant, images, 1, TOKENS, 1), DOMINANT_LOGIT / SCALE);
    Tensor noise = torch.randn(images, HEADS, TOKENS, HEAD_WIDTH);
    return noise.add(shared).add(pull.mul(strength));
  }

  private Tensor softmaxMap(Tensor queries) {
    return times(queries, SCALE).matmul(keysByHead.transpose(2, 3)).softmax(-1);
  }

  private static Tensor unit(Tensor vectors) {
    return vectors.div(length(vectors));
  }

  private static Tensor length(Tensor vectors) {
    return torch.linalg_vector_norm(vectors, new Scalar(2), new long[] {-1}, true, null);
  }

  private static Tensor times(Tensor tensor, double factor) {
    return tensor.mul(new Scalar(factor));
  }
}
