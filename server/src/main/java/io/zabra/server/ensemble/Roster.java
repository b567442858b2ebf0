// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.ensemble;

import io.zabra.core.quorum.KnownMembers;
import io.zabra.core.quorum.PeerAddress;
import io.zabra.core.quorum.Quorums;
import io.zabra.server.config.ServerConfig;
import io.zabra.wire.quorum.HostPort;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Who the members are, for all who have to reach them: changed by the owner of the node, read by any thread.
final class Roster {

    private final long sid;
    private final KnownMembers known;
    private volatile Quorums members;
    /// How often each server was tried in vain since there was a leader.
    private final Map<Long, Integer> tries = new TreeMap<>();

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

    /// Whether the list that was written by hand is not the one that holds.
    boolean hasOverriddenTheList() {
        return known.hasOverriddenTheList();
    }

    /// Takes what the node knows now.
    ///
    /// @return those whose election ports are no longer where they may have been before
    List<Long> change(Quorums now) {
        Quorums before = known.change(now);
        members = now;
        return before.servers().stream()
                .filter(of -> !elections(now, of).containsAll(elections(before, of)))
                .toList();
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

    /// Where a server's election port may be, the likeliest first; empty for one that is not known.
    List<HostPort> elections(long of) {
        return elections(members, of);
    }

    private static List<HostPort> elections(Quorums members, long of) {
        return members.places(of).stream().map(PeerAddress::election).toList();
    }

    /// Where a server serves learners, or is tried next if that may be at several places; null for one that is not
    /// known. Owner of the node.
    @Nullable
    HostPort quorum(long of) {
        List<PeerAddress> places = members.places(of);
        return places.isEmpty()
                ? null
                : places.get(tries.getOrDefault(of, 0) % places.size()).quorum();
    }

    /// It was tried. Owner of the node.
    void tried(long of) {
        tries.merge(of, 1, Integer::sum);
    }

    /// A leader was found. Owner of the node.
    void found() {
        tries.clear();
    }
}
