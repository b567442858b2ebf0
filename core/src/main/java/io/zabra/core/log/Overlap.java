// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.log;

/// Up to which transaction a tree may hold changes that it has not been given yet (Apache: a fuzzy snapshot). Apache's
/// servers write and send their trees while these change, and what is applied at a start may be there already.
///
/// Transactions up to there are applied as far as they fit, and the digest of the tree says nothing before the last of
/// them.
///
/// @param until 0 if the tree holds exactly what it was given
public record Overlap(long until) {

    /// Whether the tree may hold changes of transaction `zxid` before it is applied.
    public boolean covers(long zxid) {
        return zxid <= until;
    }

    /// Whether the tree has one state only, right after transaction `zxid`.
    public boolean isOverAt(long zxid) {
        return zxid >= until;
    }
}
