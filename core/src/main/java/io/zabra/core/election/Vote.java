// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.election;

import java.util.Comparator;

/// A server proposed as leader, with the history it would bring.
///
/// The order of votes is that of histories: first the epoch, then the last zxid, then, to break ties, the server's id;
/// all of them as signed numbers, as Apache compares them.
///
/// @param leader id of the proposed server
/// @param zxid the end of its log: the last transaction on its disk, never one that is only in memory
/// @param peerEpoch its current epoch: that of the last leader whose history it has taken over
public record Vote(long leader, long zxid, long peerEpoch) implements Comparable<Vote> {

    /// What a server proposes that has no vote: it asks, and nobody counts it.
    public static final Vote NONE = new Vote(Long.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE);

    /// The [#zxid] of a server that does not know its own history, say because its disk was emptied. It neither votes
    /// nor is voted for, until it has followed a leader that others have elected.
    public static final long ZXID_UNKNOWN = -1;

    private static final Comparator<Vote> ORDER = Comparator.comparingLong(Vote::peerEpoch)
            .thenComparingLong(Vote::zxid)
            .thenComparingLong(Vote::leader);

    @Override
    public int compareTo(Vote other) {
        return ORDER.compare(this, other);
    }

    Vote withPeerEpoch(long epoch) {
        return new Vote(leader, zxid, epoch);
    }
}
