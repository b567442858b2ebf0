// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import static io.zabra.core.node.TestWorld.create;
import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.effect.Event;
import io.zabra.core.node.TestWorld.Peer;
import io.zabra.core.node.TestWorld.Sent;
import io.zabra.core.session.CloseReason;
import io.zabra.core.session.SessionIds;
import io.zabra.core.session.Tag;
import io.zabra.wire.client.CloseSessionRequest;
import io.zabra.wire.client.ExistsRequest;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.data.ErrorCode;
import org.junit.jupiter.api.Test;

class DiskFullTest {

    private static final int SESSION_OVER_MS = 60_000;

    private final TestWorld world = new TestWorld();
    private final Peer peer = world.connect();

    @Test
    void nothingIsLoggedWhileTheDiskIsFull() {
        Peer silent = world.connect();
        Peer leaving = world.connect();
        world.call(leaving, create("/mine", 1));
        world.step(new Input.DiskSpace(Input.Space.FULL));
        Peer late = world.begin(0, new byte[0], 0);
        world.send(leaving, new CloseSessionRequest());
        world.send(peer, create("/a", 0));
        world.step(new Input.Malformed(peer.client, new Tag(++peer.xid, OpCode.CREATE, 0, 0), true));
        world.pass(SESSION_OVER_MS);
        assertThat(world.unflushed).isEmpty();
        assertThat(world.node.lastApplied()).isEqualTo(4);
        assertThat(late.take()).containsExactly(new Sent.Closed(CloseReason.DISK_FULL));
        assertThat(leaving.take()).containsExactly(new Sent.Closed(CloseReason.DISK_FULL));
        assertThat(silent.take()).isEmpty();
        assertThat(peer.take())
                .extracting(sent -> ((Sent.Reply) sent).error())
                .containsExactly(ErrorCode.QUOTA_EXCEEDED.number(), ErrorCode.MARSHALLING_ERROR.number());
        assertThat(world.node.tree().find("/mine")).isNotNull();
    }

    @Test
    void sessionsOutliveAFullDiskAndMoveOn() {
        world.step(new Input.DiskSpace(Input.Space.FULL));
        world.step(new Input.Disconnect(peer.client));
        world.pass(SESSION_OVER_MS);
        long id = peer.client.sessionId();
        Peer again = world.begin(id, SessionIds.password(id), 0);
        assertThat(again.take()).singleElement().isInstanceOf(Sent.Connected.class);
        assertThat(world.call(again, new ExistsRequest("/", false)).error()).isZero();
        world.step(new Input.DiskSpace(Input.Space.AMPLE));
        assertThat(world.call(again, create("/a", 0)).error()).isZero();
    }

    @Test
    void whatWasPutOffHappensWhenThereIsSpaceAgain() {
        world.call(peer, create("/mine", 1));
        world.step(new Input.DiskSpace(Input.Space.FULL));
        world.send(peer, new CloseSessionRequest());
        world.pass(SESSION_OVER_MS);
        // Low is enough for the beginning and end of sessions.
        world.step(new Input.DiskSpace(Input.Space.LOW));
        world.pass(1_000);
        assertThat(world.node.tree().find("/mine")).isNull();
        assertThat(world.node.sessions().count()).isZero();
        assertThat(world.connect().client.sessionId()).isNotZero();
        assertThat(world.events)
                .contains(new Event.SessionsHeld(true), new Event.SessionsHeld(false), new Event.WritesRefused(true));
    }

    @Test
    void aWantedSnapshotIsTakenOnlyIfItHoldsAnythingNew() {
        world.step(new Input.SnapshotWanted());
        assertThat(world.snapshots).hasSize(1);
        world.step(new Input.SnapshotDone(1, true));
        world.step(new Input.SnapshotWanted());
        assertThat(world.snapshots).hasSize(1);
    }
}
