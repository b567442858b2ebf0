// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.node.EnsembleWorld.Machine;
import io.zabra.core.node.TestWorld.Peer;
import io.zabra.core.node.TestWorld.Sent;
import io.zabra.core.quorum.Membership;
import io.zabra.core.quorum.PeerAddress;
import io.zabra.core.tree.Paths;
import io.zabra.core.zab.ZabEvent;
import io.zabra.wire.client.AuthRequest;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.GetDataResponse;
import io.zabra.wire.client.ReconfigRequest;
import io.zabra.wire.client.WatcherEvent;
import io.zabra.wire.data.ErrorCode;
import io.zabra.wire.quorum.PeerState;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The members of an ensemble change while it serves.
class ReconfigTest {

    private static final long FIRST_VERSION = 1L << 32;

    private EnsembleWorld world = new EnsembleWorld(EnsembleWorld.membership(3), 2);

    private Machine machine(long sid) {
        return world.machines.get(sid);
    }

    private void begin(long... absent) {
        for (long sid : absent) {
            machine(sid).up = false;
        }
        world.pass(4_000);
    }

    private static Peer admin(Machine machine) {
        Peer peer = machine.connect();
        byte[] password = "super:super".getBytes(StandardCharsets.UTF_8);
        assertThat(machine.call(peer, new AuthRequest(0, "digest", password)).error())
                .isZero();
        return peer;
    }

    private static Sent.Reply reconfig(Machine at, @Nullable String joining, @Nullable String leaving) {
        return at.call(admin(at), new ReconfigRequest(joining, leaving, null, -1));
    }

    private static Sent.Reply reconfig(Machine at, String members) {
        return at.call(admin(at), new ReconfigRequest(null, null, members, -1));
    }

    private static Membership shown(Machine machine) {
        byte[] data = machine.node.tree().find(Paths.CONFIG).data();
        return Membership.parse(new String(data, StandardCharsets.UTF_8));
    }

    private static List<Long> voters(Machine machine) {
        assertThat(shown(machine)).isEqualTo(machine.node.membership().members());
        return shown(machine).voters();
    }

    private boolean writes(Machine machine, String path) {
        Peer peer = machine.connect();
        int xid = machine.send(peer, TestWorld.create(path, 0));
        world.settle();
        return peer.sent.stream().anyMatch(sent -> sent instanceof Sent.Reply reply && reply.xid() == xid);
    }

    @Test
    void theFirstLeaderGivesTheListOfTheFilesAVersion() {
        begin(4, 5);
        for (long sid = 1; sid <= 3; sid++) {
            assertThat(shown(machine(sid)).version()).isEqualTo(FIRST_VERSION);
            assertThat(machine(sid).told.committed().version()).isEqualTo(FIRST_VERSION);
            assertThat(machine(sid).told.next()).isNull();
        }
    }

    @Test
    void aServerThatIsNoMemberFollowsWithoutAVoteUntilItIsAdded() {
        begin(5);
        assertThat(machine(4).state()).isEqualTo(PeerState.FOLLOWING);
        assertThat(voters(machine(4))).containsExactly(1L, 2L, 3L);
        Sent.Reply reply = reconfig(machine(1), EnsembleWorld.line(4, "participant"), null);
        assertThat(reply.error()).isZero();
        String text = new String(((GetDataResponse) reply.body()).data(), StandardCharsets.UTF_8);
        assertThat(text).endsWith("version=" + Long.toHexString(reply.zxid()));
        assertThat(((GetDataResponse) reply.body()).stat().version()).isEqualTo(-1);
        for (long sid = 1; sid <= 4; sid++) {
            assertThat(voters(machine(sid))).containsExactly(1L, 2L, 3L, 4L);
        }
        // Three of four decide now.
        machine(1).die();
        world.pass(100);
        assertThat(writes(world.leader(), "/three")).isTrue();
        machine(2).die();
        world.pass(100);
        assertThat(writes(world.leader(), "/two")).isFalse();
    }

    @Test
    void aFollowerThatIsRemovedHasNoVoteAnyMore() {
        begin(4, 5);
        assertThat(reconfig(machine(2), null, "1").error()).isZero();
        assertThat(voters(machine(3))).containsExactly(2L, 3L);
        assertThat(voters(machine(1))).containsExactly(2L, 3L);
        machine(2).die();
        world.pass(100);
        assertThat(writes(machine(3), "/one-of-two")).isFalse();
    }

    @Test
    void aLeaderThatIsRemovedNamesAnotherAndFollowsIt() {
        begin(4, 5);
        Machine removed = world.leader();
        assertThat(removed.sid).isEqualTo(3);
        world.machines.values().forEach(each -> each.events.clear());
        assertThat(reconfig(removed, null, "3").error()).isZero();
        world.pass(1_000);
        assertThat(world.leader().sid).isNotEqualTo(3);
        assertThat(removed.state()).isEqualTo(PeerState.FOLLOWING);
        assertThat(removed.serves()).isTrue();
        for (long sid = 1; sid <= 3; sid++) {
            assertThat(voters(machine(sid))).containsExactly(1L, 2L);
            assertThat(machine(sid).events)
                    .noneMatch(event -> event instanceof ZabEvent.Looking || event instanceof ZabEvent.LeaderLost)
                    .contains(
                            sid == 3
                                    ? new ZabEvent.HandsOver(world.leader().sid)
                                    : new ZabEvent.LeaderHandsOver(3, world.leader().sid));
        }
        assertThat(writes(world.leader(), "/goes-on")).isTrue();
        assertThat(removed.node.tree().find("/goes-on")).isNotNull();
    }

    @Test
    void whoKnowsAnOldPlaceOfTheLeaderFindsItByWhatOthersSay() {
        begin(4, 5);
        Machine leader = world.leader();
        String line = EnsembleWorld.line(2, "participant").replace("2888:3888", "2889:3889");
        assertThat(reconfig(leader, line, null).error()).isZero();
        world.moved.put(2L, new PeerAddress("host2", 2889, 3889));
        leader.die();
        world.pass(1_000);
        assertThat(world.leader().sid).isEqualTo(2);
        machine(4).up = true;
        world.pass(4_000);
        assertThat(machine(4).state()).isEqualTo(PeerState.FOLLOWING);
        assertThat(writes(machine(4), "/found")).isTrue();
    }

    @Test
    void theMembersMayBeReplacedAsAWhole() {
        world = new EnsembleWorld(EnsembleWorld.membership(3), 3);
        begin();
        String next = String.join(
                ",",
                EnsembleWorld.line(4, "participant"),
                EnsembleWorld.line(5, "participant"),
                EnsembleWorld.line(6, "participant"));
        assertThat(reconfig(machine(1), next).error()).isZero();
        world.pass(1_000);
        assertThat(world.leader().sid).isGreaterThan(3);
        for (long sid = 1; sid <= 3; sid++) {
            machine(sid).die();
        }
        world.pass(500);
        assertThat(voters(world.leader())).containsExactly(4L, 5L, 6L);
        assertThat(writes(world.leader(), "/new")).isTrue();
    }

    @Test
    void rolesChangeBothWays() {
        begin(4, 5);
        assertThat(reconfig(machine(3), EnsembleWorld.line(1, "observer"), null).error())
                .isZero();
        world.pass(1_000);
        assertThat(machine(1).state()).isEqualTo(PeerState.OBSERVING);
        assertThat(machine(1).serves()).isTrue();
        assertThat(writes(machine(1), "/observed")).isTrue();
        assertThat(reconfig(machine(1), EnsembleWorld.line(1, "participant"), null)
                        .error())
                .isZero();
        world.pass(1_000);
        assertThat(machine(1).state()).isEqualTo(PeerState.FOLLOWING);
        assertThat(voters(machine(1))).containsExactly(1L, 2L, 3L);
    }

    @Test
    void anObserverThatIsGoneDoesNotGetAVote() {
        begin(4, 5);
        assertThat(reconfig(machine(3), EnsembleWorld.line(1, "observer"), null).error())
                .isZero();
        world.pass(1_000);
        machine(1).die();
        assertThat(reconfig(machine(3), EnsembleWorld.line(1, "participant"), null)
                        .error())
                .isEqualTo(ErrorCode.NEW_CONFIG_NO_QUORUM.number());
    }

    @Test
    void aLeaderThatBecomesAnObserverHandsOverFirst() {
        begin(4, 5);
        assertThat(reconfig(machine(3), EnsembleWorld.line(3, "observer"), null).error())
                .isZero();
        world.pass(1_000);
        assertThat(machine(3).state()).isEqualTo(PeerState.OBSERVING);
        assertThat(world.leader().sid).isNotEqualTo(3);
        assertThat(writes(machine(3), "/x")).isTrue();
    }

    @Test
    void whatCannotBeIsRefused() {
        begin(4, 5);
        Machine at = machine(2);
        Peer admin = admin(at);
        String spec = EnsembleWorld.line(4, "participant");
        expect(at, admin, new ReconfigRequest(spec, null, null, 77), ErrorCode.BAD_VERSION);
        expect(at, admin, new ReconfigRequest("server.4=h:1:2", null, null, -1), ErrorCode.BAD_ARGUMENTS);
        expect(at, admin, new ReconfigRequest("nonsense", null, null, -1), ErrorCode.BAD_ARGUMENTS);
        expect(at, admin, new ReconfigRequest(null, "x", null, -1), ErrorCode.BAD_ARGUMENTS);
        expect(at, admin, new ReconfigRequest(null, "1,2", null, -1), ErrorCode.BAD_ARGUMENTS);
        expect(at, admin, new ReconfigRequest("server.4=host1:2888:9;h:1", null, null, -1), ErrorCode.BAD_ARGUMENTS);
        String others = EnsembleWorld.line(4, "participant") + "," + EnsembleWorld.line(5, "participant");
        expect(at, admin, new ReconfigRequest(null, null, others, -1), ErrorCode.NEW_CONFIG_NO_QUORUM);
        expect(at, at.connect(), new ReconfigRequest(null, "1", null, -1), ErrorCode.NO_AUTH);
        assertThat(shown(at).version()).isEqualTo(FIRST_VERSION);
        Sent.Reply done = at.call(admin, new ReconfigRequest(null, "1", null, FIRST_VERSION));
        assertThat(done.error()).isZero();
        assertThat(shown(at).version()).isEqualTo(done.zxid());
    }

    /// People write lists by hand, with versions of their own.
    @Test
    void nothingReplacesAListOfALaterVersionThanAnyTransaction() {
        world = new EnsembleWorld(EnsembleWorld.membership(3).withVersion(1L << 40), 0);
        begin();
        Machine at = machine(2);
        expect(at, admin(at), new ReconfigRequest(null, "1", null, -1), ErrorCode.BAD_VERSION);
        assertThat(shown(at).version()).isEqualTo(1L << 40);
    }

    private static void expect(Machine at, Peer peer, ReconfigRequest request, ErrorCode code) {
        assertThat(at.call(peer, request).error()).isEqualTo(code.number());
    }

    @Test
    void whoWatchesTheMembersIsTold() {
        begin(4, 5);
        Peer watcher = machine(2).connect();
        machine(2).call(watcher, new GetDataRequest(Paths.CONFIG, true));
        assertThat(reconfig(machine(3), null, "1").error()).isZero();
        assertThat(watcher.sent)
                .anyMatch(sent -> sent instanceof Sent.Told(var _, WatcherEvent event)
                        && event.path().equals(Paths.CONFIG));
    }

    /// F-34.
    @Test
    void aChangeWaitsForQuorumsOfTheOldAndOfTheNewMembers() {
        begin();
        Machine leader = world.leader();
        Peer admin = admin(leader);
        String next = String.join(
                ",",
                EnsembleWorld.line(leader.sid, "participant"),
                EnsembleWorld.line(4, "participant"),
                EnsembleWorld.line(5, "participant"));
        machine(4).deaf = true;
        machine(5).deaf = true;
        int change = leader.send(admin, new ReconfigRequest(null, null, next, -1));
        world.pass(500);
        assertThat(answered(admin, change)).isFalse();
        assertThat(shown(leader).version()).isEqualTo(FIRST_VERSION);
        assertThat(leader.told.next()).isNotNull();
        // A write behind it waits too, and another change is refused.
        assertThat(writes(leader, "/behind")).isFalse();
        Peer second = leader.connect();
        int other = leader.send(second, new ReconfigRequest(null, "1", null, -1));
        machine(4).deaf = false;
        machine(4).hearLate();
        world.settle();
        assertThat(answered(admin, change)).isTrue();
        assertThat(error(second, other)).isEqualTo(ErrorCode.RECONFIG_IN_PROGRESS.number());
        assertThat(voters(leader)).containsExactly(3L, 4L, 5L);
    }

    /// A leader that finds a change which nobody has completed completes it when its epoch begins.
    @Test
    void aNewLeaderCompletesWhatWasProposed() {
        begin(4, 5);
        Machine old = world.leader();
        Peer admin = admin(old);
        machine(1).mute = true;
        machine(2).mute = true;
        old.send(admin, new ReconfigRequest(null, "1", null, -1));
        world.settle();
        assertThat(machine(2).told.next()).isNotNull();
        assertThat(machine(2).told.committed().version()).isEqualTo(FIRST_VERSION);
        old.die();
        machine(1).mute = false;
        machine(2).mute = false;
        world.pass(12_000);
        // The old members have a quorum, but of the new ones, 2 and 3, one is not enough.
        assertThat(machine(1).serves() || machine(2).serves()).isFalse();
        old.up = true;
        world.pass(20_000);
        assertThat(voters(world.leader())).containsExactly(2L, 3L);
    }

    private static boolean answered(Peer peer, int xid) {
        return peer.sent.stream().anyMatch(sent -> sent instanceof Sent.Reply reply && reply.xid() == xid);
    }

    private static int error(Peer peer, int xid) {
        return peer.sent.stream()
                .filter(sent -> sent instanceof Sent.Reply reply && reply.xid() == xid)
                .map(sent -> ((Sent.Reply) sent).error())
                .findFirst()
                .orElse(0);
    }
}
