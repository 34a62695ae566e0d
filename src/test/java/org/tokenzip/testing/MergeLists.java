// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.tokenzip.compress.OutputToken;
import org.tokenzip.compress.OutputToken.Kind;
import org.tokenzip.compress.Provenance;

/**
 * The provenance of one view as reference files write it: positions of the tower's sequence, CLS
 * included.
 *
 * @param assignment for each entry of {@code merged}, the entry of {@code targets} it went to
 */
@SuppressWarnings("ArrayRecordComponent")
public record MergeLists(int[] kept, int[] targets, int[] merged, int[] assignment) {
  /** The lists of view {@code view} of a picture. */
  public static MergeLists ofView(Provenance picture, int view) {
    int first = view * picture.patchesPerView();
    List<OutputToken> tokens =
        picture.tokens().stream()
            .filter(token -> token.view() == view)
            .map(token -> moved(token, first))
            .sorted(Comparator.comparing(OutputToken::kind).thenComparing(OutputToken::anchor))
            .toList();
    return of(picture.withTokens(tokens));
  }

  private static OutputToken moved(OutputToken token, int first) {
    int[] sources = Arrays.stream(token.sources()).map(source -> source - first).toArray();
    int anchor = token.anchor() < 0 ? -1 : token.anchor() - first;
    return new OutputToken(token.kind(), token.view(), anchor, sources);
  }

  /** View and index in that view's own output of every token of a picture. */
  public static List<int[]> order(Provenance picture) {
    Map<Integer, MergeLists> views = new HashMap<>();
    int cls = picture.hasCls() ? 1 : 0;
    List<int[]> order = new ArrayList<>();
    for (OutputToken token : picture.tokens()) {
      MergeLists own = views.computeIfAbsent(token.view(), view -> ofView(picture, view));
      int patch = token.anchor() - token.view() * picture.patchesPerView();
      int position = token.kind() == Kind.CLS ? 0 : patch + cls;
      int kept = Arrays.binarySearch(own.kept, position);
      int target = Arrays.binarySearch(own.targets, position);
      order.add(new int[] {token.view(), kept >= 0 ? kept : own.kept.length + target});
    }
    return order;
  }

  /** The lists of {@code provenance}. */
  public static MergeLists of(Provenance provenance) {
    int first = provenance.hasCls() ? 1 : 0;
    int[] targets = provenance.targetPatches();
    SortedMap<Integer, Integer> merged = provenance.mergedPatches();
    return new MergeLists(
        provenance.tokens().stream()
            .filter(token -> token.kind() == Kind.CLS || token.kind() == Kind.KEPT)
            .mapToInt(token -> token.anchor() + first)
            .toArray(),
        Arrays.stream(targets).map(patch -> patch + first).toArray(),
        merged.keySet().stream().mapToInt(patch -> patch + first).toArray(),
        merged.values().stream()
            .mapToInt(target -> Arrays.binarySearch(targets, target))
            .toArray());
  }
}
