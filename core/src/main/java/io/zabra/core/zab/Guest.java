// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import io.zabra.core.feed.LearnerSeat;
import io.zabra.core.feed.LearnerSeat.Phase;
import io.zabra.core.feed.PeerLink;
import io.zabra.wire.quorum.Dialect;
import io.zabra.wire.quorum.QuorumPacket;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// An observer behind this follower: its seat, and what it asked the leader for. Owned by the [ObserverMaster].
///
/// Apache's observers wait for the outcome of their requests in the order in which they sent them. A leader of ours
/// answers a `sync` later than Apache's: what comes behind it could be committed before, so it stays here until then.
final class Guest {

    /// Requests of one observer that may wait for the answer to a `sync`, in bytes.
    private static final long HELD_BYTES_MAX = 16L << 20;

    private static final int FRAME_BYTES = 64;

    private final LearnerSeat seat;
    private final ArrayDeque<QuorumPacket.Forward> held = new ArrayDeque<>();
    /// What the leader has answered.
    private final ArrayDeque<Answer> answers = new ArrayDeque<>();

    private long heldBytes;
    private int unanswered;

    /// @param zxid what the observer has to have before it hears of it
    private record Answer(long zxid, QuorumPacket packet) {}

    Guest(PeerLink link, long nowMs) {
        seat = new LearnerSeat(link, nowMs);
    }

    LearnerSeat seat() {
        return seat;
    }

    boolean isActive() {
        return seat.phase() == Phase.ACTIVE;
    }

    /// A `sync` of its client goes to the leader.
    void asks() {
        unanswered++;
    }

    /// The leader has answered the oldest `sync`, or whether a session lives: it holds for what came up to `zxid`.
    void answered(long zxid, QuorumPacket packet) {
        answers.add(new Answer(zxid, packet));
    }

    /// Whether its requests must not go to the leader now.
    boolean holds() {
        return unanswered > 0 && seat.dialect().equals(Dialect.APACHE);
    }

    /// Keeps a request back; false if that is too much.
    boolean hold(QuorumPacket.Forward request) {
        heldBytes += request.body().length + FRAME_BYTES;
        held.add(request);
        return heldBytes <= HELD_BYTES_MAX;
    }

    /// The next request that may go to the leader after all; null if there is none.
    QuorumPacket.@Nullable Forward release() {
        QuorumPacket.Forward next = holds() ? null : held.poll();
        heldBytes -= next == null ? 0 : next.body().length + FRAME_BYTES;
        return next;
    }

    /// Tells it of the answers that are due, behind the transactions that they hold for.
    void tellAnswers() {
        Answer next = answers.peek();
        while (next != null && next.zxid() <= seat.sent()) {
            answers.remove();
            unanswered -= next.packet() instanceof QuorumPacket.Sync ? 1 : 0;
            seat.send(next.packet());
            next = answers.peek();
        }
    }
}
