// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.node.EnsembleWorld.Machine;
import io.zabra.core.node.TestWorld.Peer;
import io.zabra.core.node.TestWorld.Sent;
import io.zabra.core.session.CloseReason;
import io.zabra.core.session.SessionIds;
import io.zabra.wire.client.CloseSessionRequest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A leader may be deposed and not know it. Then its successor may know a session that it does not.
class DeniedSessionTest {

    private static final long STRANGE = 0x700000000000001L;

    private final EnsembleWorld world = new EnsembleWorld(3);

    @BeforeEach
    void elect() {
        world.pass(2_000);
    }

    private void deafen(boolean deaf) {
        for (Machine each : world.followers()) {
            each.deaf = deaf;
            if (!deaf) {
                each.hearLate();
            }
        }
        world.settle();
    }

    private static void assertDenied(Peer peer) {
        assertThat(peer.sent).hasSize(2).last().isEqualTo(new Sent.Closed(CloseReason.SESSION_INVALID));
        assertThat(((Sent.Connected) peer.sent.getFirst()).response().sessionId())
                .isZero();
    }

    @Test
    void aLeaderThatHearsOfNobodyTellsNobodyThatASessionDoesNotExist() {
        deafen(true);
        Peer peer = world.leader().begin(STRANGE, SessionIds.password(STRANGE));
        assertThat(peer.sent).isEmpty();
        deafen(false);
        assertDenied(peer);
    }

    @Test
    void clientsOfAFollowerAreToldOnceThisFollowerHasConfirmedTheLeader() {
        Machine follower = world.followers().getFirst();
        world.followers().getLast().deaf = true;
        Peer peer = follower.begin(STRANGE, SessionIds.password(STRANGE));
        assertDenied(peer);
    }

    /// Its end may never be committed.
    @Test
    void aSessionThatIsAboutToEndIsNotDenied() {
        Machine leader = world.leader();
        Peer first = leader.connect();
        long id = first.client.sessionId();
        deafen(true);
        leader.send(first, new CloseSessionRequest());
        Peer second = leader.begin(id, SessionIds.password(id));
        assertThat(second.sent).isEmpty();
        deafen(false);
        assertDenied(second);
    }

    @Test
    void aWrongPasswordIsDeniedAtOnce() {
        deafen(true);
        assertDenied(world.leader().begin(STRANGE, new byte[16]));
    }
}
