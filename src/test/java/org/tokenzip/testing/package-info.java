// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

/** What several packages' tests share. */
package org.tokenzip.testing;
