// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import io.zabra.core.election.Vote;
import io.zabra.core.feed.LearnerSeat;
import io.zabra.core.feed.LearnerSeat.Phase;
import io.zabra.core.log.History;
import io.zabra.core.quorum.Member;
import io.zabra.core.quorum.Membership;
import io.zabra.core.quorum.PeerAddress;
import io.zabra.core.request.MemberChanges;
import io.zabra.wire.txn.LoggedTxn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a change of the members means for the leader: whether it may be, and who leads after it (Apache: the
/// "designated leader"). Owned by the leader.
public final class Succession implements MemberChanges {

    private final long self;
    private final Members members;
    private final History history;
    private final Seats seats;
    private @Nullable Vote successor;

    Succession(long self, Members members, History history, Seats seats) {
        this.self = self;
        this.members = members;
        this.history = history;
        this.seats = seats;
    }

    @Override
    public Membership present() {
        return members.committed();
    }

    @Override
    public boolean underWay() {
        return members.next() != null;
    }

    @Override
    public int votersMin() {
        return members.votersMin();
    }

    @Override
    public boolean isSynced(Membership next) {
        for (long sid : next.voters()) {
            Member before = members.committed().member(sid);
            boolean promoted = before != null && !before.participant();
            if (promoted && !follows(sid, true)) {
                return false;
            }
        }
        return next.isQuorum(sid -> sid == self || follows(sid, false));
    }

    /// Whether the server follows, and lacks no more than is in memory: it will not have to catch up from the disk.
    private boolean follows(long sid, boolean observer) {
        for (LearnerSeat seat : seats) {
            if (seat.sid() == sid && seat.phase() == Phase.ACTIVE && seat.observer() == observer) {
                return history.remembers(observer ? seat.sent() : seat.acked());
            }
        }
        return false;
    }

    /// Takes the change that is being proposed.
    public void begin(LoggedTxn change) {
        members.proposed(change);
    }

    /// How far records may be committed of those that a quorum has up to `zxid`. With a change among them is decided
    /// who leads then; another one than this server commits what comes behind it.
    long committable(long zxid) {
        Membership next = members.next();
        Vote named = successor;
        if (next != null && zxid >= next.version() && (named == null || named.zxid() != next.version())) {
            long best = remains(next) ? self : mostAdvanced(next);
            // Without anybody else nobody will look for this one where it was.
            named = new Vote(best == Vote.NONE.leader() ? self : best, next.version(), 0);
            successor = named;
        }
        return named == null || named.leader() == self ? zxid : Math.min(zxid, named.zxid());
    }

    /// Who leads after the last change of members that this leader has committed, which is the history of the vote;
    /// null if there was none.
    @Nullable
    Vote successor() {
        return successor;
    }

    /// Whether this server leads the committed members.
    boolean leads() {
        Vote named = successor;
        return named == null || named.zxid() != members.committed().version()
                ? members.committed().weight(self) > 0
                : named.leader() == self;
    }

    /// Whether this server can go on to lead: its learners find it where they look for it.
    private boolean remains(Membership next) {
        Member then = next.member(self);
        Member before = members.committed().member(self);
        return then != null
                && next.weight(self) > 0
                && (before == null || ports(before).equals(ports(then)));
    }

    private static List<String> ports(Member member) {
        return member.addresses().stream()
                .map(PeerAddress::quorum)
                .map(address -> address.text())
                .toList();
    }

    /// The voter that has most of what is not committed: least is lost, and the others can follow it.
    private long mostAdvanced(Membership next) {
        long best = Vote.NONE.leader();
        long bestAcked = Long.MIN_VALUE;
        for (LearnerSeat seat : seats) {
            boolean able = !seat.observer() && next.weight(seat.sid()) > 0;
            if (able && (seat.acked() > bestAcked || seat.acked() == bestAcked && seat.sid() > best)) {
                best = seat.sid();
                bestAcked = seat.acked();
            }
        }
        return best;
    }
}
