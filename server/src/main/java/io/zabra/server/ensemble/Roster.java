// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.ensemble;

import io.zabra.core.quorum.KnownMembers;
import io.zabra.core.quorum.Member;
import io.zabra.core.quorum.Quorums;
import io.zabra.server.config.ServerConfig;
import io.zabra.wire.quorum.HostPort;
import org.jspecify.annotations.Nullable;

/// Who the members are, for all who have to reach them: changed by the owner of the node, read by any thread.
final class Roster {

    private final long sid;
    private final KnownMembers known;
    private volatile Quorums members;

    /// What the files tell, unless the member's own record goes further.
    ///
    /// @param recorded what the record has; null for nothing
    Roster(ServerConfig.Ensemble config, @Nullable Quorums recorded) {
        Quorums files = new Quorums(config.membership(), config.changes().next());
        sid = config.sid();
        known = config.changes().enabled()
                ? new KnownMembers(files, recorded)
                : KnownMembers.thatStay(config.membership(), recorded);
        members = known.members();
    }

    Quorums members() {
        return members;
    }

    /// Takes what the node knows now; the members as they were before come back.
    Quorums change(Quorums now) {
        Quorums before = known.change(now);
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
