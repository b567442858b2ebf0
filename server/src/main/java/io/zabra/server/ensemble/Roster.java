// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.ensemble;

import io.zabra.core.quorum.KnownMembers;
import io.zabra.core.quorum.Member;
import io.zabra.core.quorum.Membership;
import io.zabra.core.quorum.Quorums;
import io.zabra.server.config.ServerConfig;
import io.zabra.wire.quorum.HostPort;
import org.jspecify.annotations.Nullable;

/// Who the members are, for all who have to reach them: changed by the owner of the node, read by any thread.
final class Roster {

    private final long sid;
    private final boolean changes;
    private final KnownMembers known;
    private volatile Quorums members;

    /// What the files tell, unless the member's own record goes further.
    ///
    /// @param recorded what the record has; null for nothing
    Roster(ServerConfig.Ensemble config, @Nullable Quorums recorded) {
        Quorums files = new Quorums(config.membership(), config.changes().next());
        sid = config.sid();
        changes = config.changes().enabled();
        Membership list = config.membership();
        known = changes
                ? new KnownMembers(files, recorded)
                : new KnownMembers(new Quorums(list, ignored(list, recorded)), null);
        members = known.members();
    }

    /// The change that a server goes on without, where members may not change; null if there is none, or the list has
    /// been written anew since: then that is the truth. Such records have version 0.
    private static @Nullable Membership ignored(Membership list, @Nullable Quorums recorded) {
        boolean binds = recorded != null
                && recorded.committed().version() == 0
                && recorded.committed().sameMembersAs(list);
        return binds ? recorded.next() : null;
    }

    Quorums members() {
        return members;
    }

    /// Takes what the node knows now; the members as they were before come back.
    Quorums change(Quorums now) {
        Quorums before = members;
        known.change(changes ? now : new Quorums(now.committed().withVersion(0), now.newest()));
        members = now;
        return before;
    }

    /// What the disk has to take note of; null if it has. Owner of the node.
    @Nullable
    Quorums takeUnwritten() {
        return known.takeUnwritten();
    }

    /// Whether this server only observes.
    boolean observes() {
        return members.observes(sid);
    }

    @Nullable
    HostPort election(long of) {
        Member member = members.member(of);
        return member == null ? null : member.addresses().getFirst().election();
    }

    @Nullable
    HostPort quorum(long of) {
        Member member = members.member(of);
        return member == null ? null : member.addresses().getFirst().quorum();
    }
}
