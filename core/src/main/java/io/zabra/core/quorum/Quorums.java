// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.quorum;

import java.util.List;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The memberships whose consent is needed now: the committed one and, while a newer one is proposed, that one too.
///
/// A set of servers is a quorum only if it is one in each of them, in all phases: in the election, when an epoch
/// begins, and for every transaction. So neither side of a change can decide without the other.
///
/// `next` is null unless its version is newer than that of `committed`.
public record Quorums(Membership committed, @Nullable Membership next) {

    public Quorums {
        if (next != null && next.version() <= committed.version()) {
            next = null;
        }
    }

    /// Quorums of a single membership.
    public static Quorums of(Membership committed) {
        return new Quorums(committed, null);
    }

    /// Whether the servers for which `has` holds are a quorum of each membership. Only voters are asked about, some
    /// perhaps twice.
    public boolean isQuorum(LongPredicate has) {
        return committed.isQuorum(has) && (next == null || next.isQuorum(has));
    }

    /// Whether it votes in any of the memberships.
    public boolean isVoter(long sid) {
        return committed.isVoter(sid) || next != null && next.isVoter(sid);
    }

    /// Ids of all who vote in any of the memberships, in order.
    public List<Long> voters() {
        Membership other = next;
        return other == null
                ? committed.voters()
                : List.copyOf(new TreeSet<>(Stream.concat(committed.voters().stream(), other.voters().stream())
                        .toList()));
    }

    /// The server as the committed membership has it, or else as the proposed one has it.
    public @Nullable Member member(long sid) {
        Member member = committed.member(sid);
        return member != null || next == null ? member : next.member(sid);
    }

    /// The newest of the memberships: what servers tell each other in their messages.
    public Membership newest() {
        return next == null ? committed : next;
    }
}
