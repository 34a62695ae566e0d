// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import java.util.Arrays;
import java.util.Map;

/**
 * What compression made of each patch of a square grid, patches counted row by row from 0.
 * Immutable and safe to share.
 */
public final class PatchRoles {
  /** The fate of one patch. */
  public enum Role {
    /** Stayed a token of its own. */
    KEPT,
    /** Stayed, and took others in. */
    TARGET,
    /** Went into a target. */
    MERGED,
    /** Left no trace. */
    DROPPED
  }

  private final int gridSide;
  private final int patchSize;
  private final Role[] roles;

  /** Per patch the ordinal of its target among the targets; -1 for kept and dropped ones. */
  private final int[] groups;

  private PatchRoles(int gridSide, int patchSize) {
    this.gridSide = gridSide;
    this.patchSize = patchSize;
    roles = new Role[gridSide * gridSide];
    groups = new int[roles.length];
    Arrays.fill(roles, Role.DROPPED);
    Arrays.fill(groups, -1);
  }

  /**
   * Roles on a grid of {@code gridSide} patches a side, each {@code patchSize} pixels of the
   * tower's view a side.
   *
   * @param kept patches that stayed on their own
   * @param targets patches that stayed and received others
   * @param mergedInto target of every patch that was merged
   * @throws IllegalArgumentException if a patch lies outside the grid, has two roles, or is merged
   *     into one that is no target
   */
  public static PatchRoles of(
      int gridSide, int patchSize, int[] kept, int[] targets, Map<Integer, Integer> mergedInto) {
    if (gridSide < 1 || gridSide > ImageLimits.MAX_SIDE || patchSize < 1) {
      throw new IllegalArgumentException(
          String.format(
              "Expected a grid and patches of at least 1 a side, but got %d and %d.",
              gridSide, patchSize));
    }
    PatchRoles result = new PatchRoles(gridSide, patchSize);
    for (int patch : kept) {
      result.set(patch, Role.KEPT, -1);
    }
    for (int i = 0; i < targets.length; i++) {
      result.set(targets[i], Role.TARGET, i);
    }
    mergedInto.forEach((patch, target) -> result.set(patch, Role.MERGED, result.group(target)));
    return result;
  }

  private void set(int patch, Role role, int group) {
    require(patch);
    if (roles[patch] != Role.DROPPED) {
      throw new IllegalArgumentException(
          "Expected one role per patch, but patch "
              + patch
              + " is "
              + roles[patch]
              + " and "
              + role
              + ".");
    }
    roles[patch] = role;
    groups[patch] = group;
  }

  private int group(int target) {
    require(target);
    if (roles[target] != Role.TARGET) {
      throw new IllegalArgumentException(
          "Expected patches to merge into targets, but patch "
              + target
              + " is "
              + roles[target]
              + ".");
    }
    return groups[target];
  }

  private void require(int patch) {
    if (patch < 0 || patch >= roles.length) {
      throw new IllegalArgumentException(
          "Expected a patch of 0.." + (roles.length - 1) + ", but got " + patch + ".");
    }
  }

  public int gridSide() {
    return gridSide;
  }

  /** Pixels of the tower's view per patch side. */
  public int patchSize() {
    return patchSize;
  }

  public Role role(int patch) {
    require(patch);
    return roles[patch];
  }

  /** Which target, in the order given, a target or merged patch belongs to; else -1. */
  public int groupOf(int patch) {
    require(patch);
    return groups[patch];
  }

  /** How many patches have {@code role}. */
  public int count(Role role) {
    return (int) Arrays.stream(roles).filter(r -> r == role).count();
  }
}
