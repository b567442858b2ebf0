// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.ensemble;

import io.zabra.core.quorum.Member;
import io.zabra.core.quorum.Membership;
import io.zabra.core.quorum.Quorums;
import io.zabra.server.config.ServerConfig;
import io.zabra.server.disk.StartRefusedException;
import io.zabra.wire.quorum.HostPort;
import org.jspecify.annotations.Nullable;

/// Who the members are, for all who have to reach them: changed by the owner of the node, read by any thread.
final class Roster {

    private final long sid;
    private volatile Quorums members;
    /// Whether this server has been a member of a membership that was decided on.
    private boolean wasMember;

    private @Nullable Quorums unwritten;

    private Roster(long sid, Quorums members, boolean wasMember) {
        this.sid = sid;
        this.members = members;
        this.wasMember = wasMember;
    }

    /// What the files tell, unless the member's own record goes further.
    ///
    /// @param recorded what the record has; null for nothing
    /// @throws StartRefusedException when this server is no member any more
    static Roster of(ServerConfig.Ensemble config, @Nullable Quorums recorded) throws StartRefusedException {
        if (!config.changes().enabled()) {
            return new Roster(config.sid(), Quorums.of(config.membership()), true);
        }
        Membership committed = config.membership();
        Membership next = config.changes().next();
        if (recorded != null && recorded.committed().version() > committed.version()) {
            committed = recorded.committed();
        }
        Membership other = recorded == null ? null : recorded.next();
        if (other != null && (next == null || other.version() > next.version())) {
            next = other;
        }
        if (committed.member(config.sid()) == null) {
            throw new StartRefusedException("server " + config.sid() + " is no member of its ensemble any more: it was"
                    + " removed by the change 0x" + Long.toHexString(committed.version())
                    + ". To let it join again, start it with an empty data folder and a server list that has it.");
        }
        return new Roster(config.sid(), new Quorums(committed, next), recorded != null || committed.version() > 0);
    }

    Quorums members() {
        return members;
    }

    /// Takes what the node knows now; the members as they were before come back.
    Quorums change(Quorums now) {
        Quorums before = members;
        members = now;
        wasMember |= now.committed().member(sid) != null;
        // Who has never been a member begins anew with its own list: it may be added at any time.
        if (wasMember) {
            unwritten = new Quorums(now.committed(), now.next());
        }
        return before;
    }

    /// What the disk has to take note of; null if it has.
    @Nullable
    Quorums takeUnwritten() {
        Quorums taken = unwritten;
        unwritten = null;
        return taken;
    }

    /// Whether this server only observes.
    boolean observes() {
        Member self = members.committed().member(sid);
        return self != null && !self.participant();
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
