// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import io.zabra.core.base.Now;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.quorum.QuorumPacket;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a learner asks its leader for: for its own clients, and for those of the observers behind it. Owned by the
/// learner.
///
/// Its leader knows it by one connection, and answers to that: who asked is known here alone. Answers to a `sync` come
/// in the order of the questions; those about sessions name the session.
final class Uplink {

    /// Questions about sessions that the leader has not answered. One that answers none of so many is gone soon.
    private static final int CLAIMS_MAX = 100_000;

    private static final byte[] NO_BODY = {};

    /// @param guest null for this server itself
    private record Question(long sessionId, @Nullable Guest guest) {}

    private final Replica replica;
    private final Consumer<QuorumPacket> leader;
    private final ArrayDeque<Question> syncs = new ArrayDeque<>();
    private final ArrayDeque<Question> claims = new ArrayDeque<>();

    /// @param leader takes what is sent to the leader
    Uplink(Replica replica, Consumer<QuorumPacket> leader) {
        this.replica = replica;
        this.leader = leader;
    }

    /// A request of an own client.
    void forward(QuorumPacket.Forward request) {
        if (request.op() == OpCode.SYNC.number()) {
            syncs.add(new Question(request.sessionId(), null));
        }
        leader.accept(request);
    }

    /// An own client claims a session.
    void claim(QuorumPacket.Revalidate claim) {
        claims.add(new Question(claim.sessionId(), null));
        leader.accept(claim);
    }

    /// A request from an observer.
    ///
    /// To the leader, sessions do not move between this server and the observers behind it. So what a client's former
    /// server still sends is made a request here that fails; and so is what comes by another way while a claim is under
    /// way, since the leader may have granted it already.
    ///
    /// @return false if there is too much of that
    boolean forward(Guest guest, QuorumPacket.Forward request) {
        boolean begins = request.op() == OpCode.CREATE_SESSION.number();
        if (request.op() == OpCode.SYNC.number()) {
            syncs.add(new Question(request.sessionId(), guest));
            guest.asks();
            leader.accept(request);
        } else if (begins
                || !isClaimedElsewhere(guest, request.sessionId())
                        && replica.comesBy(guest.seat().sid(), request.sessionId())) {
            leader.accept(request);
        } else if (!replica.outdated(request.sessionId(), request.cxid())) {
            return false;
        } else {
            int write = OpCode.SET_DATA.number();
            leader.accept(
                    new QuorumPacket.Forward(request.sessionId(), request.cxid(), write, NO_BODY, request.authInfo()));
        }
        return true;
    }

    private boolean isClaimedElsewhere(Guest guest, long sessionId) {
        for (Question claim : claims) {
            if (claim.sessionId() == sessionId && claim.guest() != guest) {
                return true;
            }
        }
        return false;
    }

    /// A client of an observer claims a session; false if there are too many of these.
    boolean claim(Guest guest, QuorumPacket.Revalidate claim) {
        if (claims.size() >= CLAIMS_MAX) {
            return false;
        }
        claims.add(new Question(claim.sessionId(), guest));
        leader.accept(claim);
        return true;
    }

    /// The leader has answered the oldest `sync`, when all up to `committed` was.
    void synced(long committed, Now now) {
        Question oldest = syncs.poll();
        if (oldest == null || oldest.guest() == null) {
            replica.synced(committed, now);
        } else {
            oldest.guest().answered(committed, new QuorumPacket.Sync());
        }
    }

    /// The leader has said whether a session lives, after it had proposed what is in the log up to `last`.
    void revalidated(QuorumPacket.Revalidated answer, long last, Now now) {
        Guest guest = null;
        for (Iterator<Question> all = claims.iterator(); all.hasNext(); ) {
            Question claim = all.next();
            if (claim.sessionId() == answer.sessionId()) {
                guest = claim.guest();
                all.remove();
                break;
            }
        }
        if (guest == null) {
            replica.revalidated(answer.sessionId(), answer.valid(), now);
            return;
        }
        if (answer.valid()) {
            replica.granted(guest.seat().sid(), answer.sessionId());
        }
        guest.answered(last, answer);
    }

    /// The connection is another one: nothing that was asked by the old one is answered.
    void forget() {
        syncs.clear();
        claims.clear();
    }
}
