// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.quorum;

import org.jspecify.annotations.Nullable;

/// Who the members are, as one server knows it from one process to the next: what it starts with, and what its disk has
/// to take note of. Owned by whoever owns the node.
///
/// Whatever a server is told of goes to its disk, whether it is one of the members or not. One that is not follows
/// without a vote, and must not fall back to a list that gives it one: servers that were removed, or were not added
/// yet, could make an ensemble of their own of it. And those that were removed may be the only ones left that know
/// it to be decided: the others hear it from them in an election.
public final class KnownMembers {

    private final boolean stay;
    private final boolean overridden;
    private Quorums members;
    private @Nullable Quorums unwritten;

    /// A process starts.
    ///
    /// @param files the list of servers that it is configured with, and the one that was proposed, if any
    /// @param recorded what its disk has taken note of; null for nothing
    public KnownMembers(Quorums files, @Nullable Quorums recorded) {
        Membership committed = files.committed();
        Membership next = files.next();
        if (recorded != null && recorded.committed().version() > committed.version()) {
            committed = recorded.committed();
        }
        Membership other = recorded == null ? null : recorded.next();
        if (other != null && (next == null || other.version() > next.version())) {
            next = other;
        }
        stay = false;
        overridden = files.committed().version() == 0 && !committed.sameMembersAs(files.committed());
        members = new Quorums(committed, next);
    }

    private KnownMembers(boolean stay, Quorums members) {
        this.stay = stay;
        overridden = false;
        this.members = members;
    }

    /// A process starts where members may not change. If others have changed theirs, the record has the change beside
    /// the list, in version 0, that it was ignored for. If the members could change here before, the record may have a
    /// later version than a list that came by a change. Any other list was written since, by hand, and is the truth.
    public static KnownMembers thatStay(Membership list, @Nullable Quorums recorded) {
        Membership ignored = null;
        if (recorded != null
                && recorded.committed().version() == 0
                && recorded.committed().sameMembersAs(list)) {
            ignored = recorded.next();
        } else if (recorded != null && list.version() > 0) {
            ignored = recorded.newest();
        }
        return new KnownMembers(true, new Quorums(list, ignored));
    }

    public Quorums members() {
        return members;
    }

    /// Whether the files had other members, in a list without a version, as people write it. They may wonder that it
    /// has no effect.
    public boolean hasOverriddenTheList() {
        return overridden;
    }

    /// Takes what the node knows now; the members as they were before come back.
    public Quorums change(Quorums now) {
        Quorums before = members;
        members = now;
        // What was only heard in an election is nothing to rely on later.
        unwritten = stay
                ? new Quorums(now.committed().withVersion(0), now.newest())
                : new Quorums(now.committed(), now.next());
        return before;
    }

    /// What the disk has to take note of; null if it has. It has to be done together with what the node asks of the
    /// disk next, or behind it.
    public @Nullable Quorums takeUnwritten() {
        Quorums taken = unwritten;
        unwritten = null;
        return taken;
    }
}
