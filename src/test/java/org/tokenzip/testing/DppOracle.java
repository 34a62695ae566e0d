// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.testing;

import java.util.Arrays;
import java.util.stream.IntStream;

/** CDPruner by its formulas, in doubles, with determinants in the place of an update. */
public final class DppOracle {
  private DppOracle() {}

  /** Cosines of rows with one text, scaled to 0 to 1. */
  public static double[] relevance(float[] rows, float[] text, int width) {
    return scaled(
        IntStream.range(0, rows.length / width)
            .mapToDouble(i -> cosine(row(rows, i, width), row(text, 0, width)))
            .toArray());
  }

  /** Relevance times how distinct a row is. */
  public static double[] centredWeight(float[] rows, double[] relevance, int width) {
    int count = relevance.length;
    double[] distinct = new double[count];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < count; j++) {
        distinct[i] -= cosine(row(rows, i, width), row(rows, j, width)) / count;
      }
    }
    double[] scaled = scaled(distinct);
    return IntStream.range(0, count).mapToDouble(i -> relevance[i] * scaled[i]).toArray();
  }

  /** Rows without their mean. */
  public static float[] centred(float[] rows, int width) {
    float[] centred = rows.clone();
    for (int column = 0; column < width; column++) {
      double mean = 0;
      for (int i = column; i < rows.length; i += width) {
        mean += rows[i] * (double) width / rows.length;
      }
      for (int i = column; i < rows.length; i += width) {
        centred[i] = (float) (rows[i] - mean);
      }
    }
    return centred;
  }

  /** The greedy choice of {@code count} rows, ascending. */
  public static int[] picks(float[] rows, double[] weight, int width, int count) {
    int[] picked = {};
    while (picked.length < count) {
      int best = -1;
      double most = Double.NEGATIVE_INFINITY;
      for (int candidate = 0; candidate < weight.length; candidate++) {
        int next = candidate;
        if (IntStream.of(picked).noneMatch(i -> i == next)) {
          int[] with = Arrays.copyOf(picked, picked.length + 1);
          with[picked.length] = candidate;
          double determinant = determinant(rows, weight, width, with);
          if (determinant > most) {
            most = determinant;
            best = candidate;
          }
        }
      }
      picked = Arrays.copyOf(picked, picked.length + 1);
      picked[picked.length - 1] = best;
    }
    Arrays.sort(picked);
    return picked;
  }

  private static double determinant(float[] rows, double[] weight, int width, int... chosen) {
    int n = chosen.length;
    double[][] m = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double cosine = cosine(row(rows, chosen[i], width), row(rows, chosen[j], width));
        m[i][j] = weight[chosen[i]] * cosine * weight[chosen[j]];
      }
    }
    double product = 1;
    for (int k = 0; k < n; k++) {
      product *= m[k][k];
      for (int i = k + 1; i < n; i++) {
        double factor = m[i][k] / m[k][k];
        for (int j = k; j < n; j++) {
          m[i][j] -= factor * m[k][j];
        }
      }
    }
    return product;
  }

  private static double[] scaled(double... values) {
    double least = Arrays.stream(values).min().orElseThrow();
    double span = Arrays.stream(values).max().orElseThrow() - least;
    return Arrays.stream(values).map(value -> (value - least + 1e-6) / span).toArray();
  }

  private static double cosine(float[] a, float[] b) {
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  }

  private static double dot(float[] a, float[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> (double) a[i] * b[i]).sum();
  }

  private static float[] row(float[] rows, int index, int width) {
    return Arrays.copyOfRange(rows, index * width, (index + 1) * width);
  }
}
