// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import static io.zabra.core.zab.Bench.proposal;
import static io.zabra.core.zab.Bench.z;
import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.election.ElectionTiming;
import io.zabra.core.log.Epochs;
import io.zabra.core.quorum.Membership;
import io.zabra.wire.quorum.Notification;
import io.zabra.wire.quorum.PeerState;
import io.zabra.wire.quorum.QuorumPacket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// What happens between two roles. Server 1 of 1 to 3 follows server 3, which leads epoch 2.
class EnsembleTest extends FollowerFixture {

    EnsembleTest() {
        super(membership(), Ensemble.Changes.NONE);
    }

    private static Membership membership() {
        StringBuilder text = new StringBuilder();
        for (int sid = 1; sid <= 3; sid++) {
            text.append("server." + sid + "=h:1:2:participant\n");
        }
        return Membership.parse(text + "version=0");
    }

    private void accepted() {
        accepts();
        assertThat(bench.said()).contains("dial 3", "leader< ACKEPOCH 1:1 1");
    }

    @Test
    void whoIsRefusedAgainAndAgainTakesItsTime() {
        ensemble.flush(bench.now());
        for (int refusals = 0; refusals < 10; refusals++) {
            bench.said();
            for (long sid = 2; sid <= 3; sid++) {
                PeerState state = sid == 3 ? PeerState.LEADING : PeerState.FOLLOWING;
                take(new PeerInput.Heard(sid, new Notification(state, 3, z(1, 1), 1, 1, "")));
            }
            if (refusals > 1) {
                assertThat(bench.said()).doesNotContain("dial 3");
                bench.nowMs = ensemble.wakeAtMs();
                ensemble.tick(bench.now());
            }
            assertThat(bench.said()).contains("dial 3");
            take(new PeerInput.LeaderConnected(link));
            take(new PeerInput.Disconnected(link));
        }
        assertThat(bench.nowMs).isBetween(3_000L, 10_000L);
    }

    /// It waits for seconds before it tries the leader again that it has refused, and nobody tells it of another one.
    @Test
    void anObserverThatWaitsAsksWhoLeads() {
        String list = membership().text().replace("version=0", "server.4=h:1:2:observer\nversion=0");
        var config = new Ensemble.Config(4, Membership.parse(list), Bench.TIMING, ElectionTiming.DEFAULT);
        Ensemble observer = new Ensemble(config, bench.history, new Epochs(5, 5), bench, bench);
        observer.flush(bench.now());
        for (int refusals = 0; refusals < 4; refusals++) {
            leads(observer, 3, 2);
            bench.nowMs = Math.max(bench.nowMs, observer.wakeAtMs() == Long.MAX_VALUE ? 0 : observer.wakeAtMs());
            observer.tick(bench.now());
            assertThat(bench.said()).contains("dial 3");
            take(observer, new PeerInput.LeaderConnected(link));
            take(observer, new PeerInput.Received(link, new QuorumPacket.LeaderInfo(2, 0x10000)));
        }
        leads(observer, 3, 2);
        assertThat(bench.said()).doesNotContain("dial 3");
        bench.nowMs += 1_000;
        observer.tick(bench.now());
        assertThat(bench.said()).containsExactly("vote to 1", "vote to 2", "vote to 3");
        take(observer, new PeerInput.Heard(2, new Notification(PeerState.LEADING, 2, z(1, 1), 1, 2, "")));
        assertThat(bench.said()).as("it leads no later epoch").isEmpty();
        leads(observer, 2, 6);
        assertThat(bench.said()).contains("retire");
        leads(observer, 2, 6);
        assertThat(bench.said()).contains("dial 2");
    }

    private void take(Ensemble observer, PeerInput input) {
        observer.take(input, bench.now());
        observer.flush(bench.now());
    }

    private void leads(Ensemble observer, long leader, long epoch) {
        for (long sid = 1; sid <= 3; sid++) {
            PeerState state = sid == leader ? PeerState.LEADING : PeerState.FOLLOWING;
            take(observer, new PeerInput.Heard(sid, new Notification(state, leader, z(1, 1), 1, epoch, "")));
        }
    }

    @Test
    void thatTheLeaderIsOfAnEarlierEpochIsToldOnce() {
        ensemble.flush(bench.now());
        for (int i = 0; i < 3; i++) {
            for (long sid = 2; sid <= 3; sid++) {
                PeerState state = sid == 3 ? PeerState.LEADING : PeerState.FOLLOWING;
                take(new PeerInput.Heard(sid, new Notification(state, 3, 7, 1, 0, "")));
            }
            take(new PeerInput.LeaderConnected(link));
            take(new PeerInput.Disconnected(link));
        }
        assertThat(bench.events)
                .filteredOn(event -> event instanceof ZabEvent.LaterEpoch)
                .containsExactly(new ZabEvent.LaterEpoch(3, 0, 1));
    }

    /// Else, the disk's word for the records of the first role would be taken for those of the second.
    @Test
    void whatIsOnTrialGoesOnceTheDiskHasItAndBeforeTheNextVote() {
        accepted();
        gets(proposal(z(1, 2)));
        gets(proposal(z(1, 3)));
        take(new PeerInput.Disconnected(link));
        diskHas(z(1, 2));
        assertThat(bench.said()).containsExactly("disk append 1:2", "disk append 1:3", "leader closed", "retire");
        diskHas(z(1, 3));
        assertThat(bench.said()).startsWith("disk truncate 1:1").contains("vote to 2");
        assertThat(bench.history.lastAppended()).isEqualTo(z(1, 1));
    }

    /// Its disk may stand still for long. The others must not take its word for a leader that has gone.
    @Test
    void whoWaitsForItsDiskBeforeItLooksSaysNothing() {
        accepted();
        gets(proposal(z(1, 2)));
        take(new PeerInput.Disconnected(link));
        bench.said();
        take(new PeerInput.Heard(2, new Notification(PeerState.LOOKING, 2, z(1, 1), 2, 1, "")));
        assertThat(bench.said()).isEmpty();
        assertThat(ensemble.state()).isEqualTo(PeerState.LOOKING);
        diskHas(z(1, 2));
        assertThat(bench.said()).contains("vote to 2", "vote to 3");
    }

    @Test
    void theNextSearchWaitsForTheEpochThatTheDiskWasAskedFor() {
        accepted();
        gets(new QuorumPacket.NewLeader(z(2, 0), null));
        take(new PeerInput.Disconnected(link));
        assertThat(bench.said()).containsExactly("disk epochs 2/2", "leader closed", "retire");
        take(new PeerInput.EpochsDurable(new Epochs(2, 2)));
        assertThat(bench.said()).contains("vote to 2");
    }

    @Test
    void theDiskIsToldWhatIsCommitted() {
        accepted();
        gets(proposal(z(1, 2)));
        gets(new QuorumPacket.Commit(z(1, 2)));
        gets(new QuorumPacket.NewLeader(z(2, 0), null));
        diskHas(z(1, 2));
        take(new PeerInput.EpochsDurable(new Epochs(2, 2)));
        assertThat(bench.committed).isEqualTo(z(1, 1));
        gets(new QuorumPacket.UpToDate());
        assertThat(bench.committed).isEqualTo(z(1, 2));
    }

    /// The same epochs as before say nothing about the history that they were to make durable.
    @Test
    void theNextSearchWaitsEvenIfTheEpochIsNotNew() {
        accepted();
        gets(new QuorumPacket.NewLeader(z(2, 0), null));
        take(new PeerInput.EpochsDurable(new Epochs(2, 2)));
        take(new PeerInput.Disconnected(link));
        for (long sid = 2; sid <= 3; sid++) {
            PeerState state = sid == 3 ? PeerState.LEADING : PeerState.FOLLOWING;
            take(new PeerInput.Heard(sid, new Notification(state, 3, z(1, 1), 1, 2, "")));
        }
        take(new PeerInput.LeaderConnected(link));
        gets(new QuorumPacket.LeaderInfo(2, 0x10000));
        gets(new QuorumPacket.Diff(z(1, 1)));
        gets(new QuorumPacket.NewLeader(z(2, 0), null));
        bench.said();
        take(new PeerInput.Disconnected(link));
        assertThat(bench.said()).containsExactly("leader closed", "retire");
        take(new PeerInput.EpochsDurable(new Epochs(2, 2)));
        assertThat(bench.said()).contains("vote to 2");
    }

    @Test
    void entriesBehindASnapshotAreDurableThoughTheRoleIsOver() {
        comes();
        gets(new QuorumPacket.Snap(z(1, 5)));
        take(new PeerInput.SnapshotReceived(link, Bench.snapshot(z(1, 5))));
        gets(proposal(z(1, 6)));
        gets(new QuorumPacket.NewLeader(z(2, 0), null));
        take(new PeerInput.Disconnected(link));
        bench.said();
        take(new PeerInput.EpochsDurable(new Epochs(2, 2)));
        assertThat(bench.history.lastDurable()).isEqualTo(z(1, 6));
        assertThat(bench.said()).contains("vote to 2");
    }

    /// Its log may be the best of all; whoever has the right tree leads after it.
    @Test
    void whoseTreeHasBecomeWrongCanBeElected() {
        bench.divergedAt = z(1, 1);
        ensemble.flush(bench.now());
        for (long sid = 2; sid <= 3; sid++) {
            take(new PeerInput.Heard(sid, new Notification(PeerState.LOOKING, 1, z(1, 1), 1, 1, "")));
        }
        bench.nowMs = ensemble.wakeAtMs();
        ensemble.tick(bench.now());
        ensemble.flush(bench.now());
        assertThat(ensemble.state()).isEqualTo(PeerState.LEADING);
    }

    @Test
    void whoFindsNoLeaderForLongSaysWhatTheOthersSay() {
        ensemble.flush(bench.now());
        take(new PeerInput.Heard(2, new Notification(PeerState.FOLLOWING, 1, z(0, 9), 9, 0, "")));
        take(new PeerInput.Heard(3, new Notification(PeerState.LEADING, 2, z(1, 1), 1, 1, "")));
        for (int i = 0; i < 3; i++) {
            bench.nowMs += Bench.TIMING.initMs();
            ensemble.tick(bench.now());
        }
        assertThat(bench.events.stream().filter(ZabEvent.StillLooking.class::isInstance))
                .singleElement()
                .asString()
                .contains("server 2 takes server 1 for the leader: another server has the id of this one")
                .contains("server 3 says that it leads, as server 2: the list here has a wrong address for it");
    }

    @Test
    void operatorsAreToldOnceThatListsDiffer() {
        ensemble.flush(bench.now());
        String four = membership().text().replace("version=0", "server.4=h:1:2:participant\nversion=0");
        for (int i = 0; i < 2; i++) {
            take(new PeerInput.Heard(2, new Notification(PeerState.LOOKING, 2, z(1, 1), 1, 1, four)));
        }
        assertThat(bench.events.stream().filter(ZabEvent.ListsDiffer.class::isInstance))
                .containsExactly(new ZabEvent.ListsDiffer(2, "[1, 2, 3, 4]", "[1, 2, 3]"));
    }

    @Test
    void aServerWhoseListStaysTellsThatTheOthersHaveChanged() {
        ensemble.flush(bench.now());
        String later = "server.2=h:1:2:participant\nserver.3=h:1:2:participant\nversion=500000001";
        take(new PeerInput.Heard(2, new Notification(PeerState.LOOKING, 2, z(1, 1), 1, 1, later)));
        assertThat(bench.events.stream().filter(ZabEvent.ListsDiffer.class::isInstance))
                .containsExactly(new ZabEvent.ListsDiffer(2, "[2, 3]", "[1, 2, 3]"));
    }

    /// It was added to an ensemble whose members may change, and they may not here.
    @Test
    void aServerWhoseListStaysTellsThatItsLeaderHasAnotherAndChangesIt() {
        accepted();
        String four = membership().text().replace("version=0", "server.4=h:1:2:participant\nversion=100000000");
        gets(new QuorumPacket.NewLeader(z(2, 0), four.getBytes(StandardCharsets.UTF_8)));
        assertThat(bench.events).contains(new ZabEvent.ListsDiffer(3, "[1, 2, 3, 4]", "[1, 2, 3]"));
        take(new PeerInput.EpochsDurable(new Epochs(2, 2)));
        gets(new QuorumPacket.UpToDate());
        String later = "server.1=h:1:2:participant\nserver.3=h:1:2:participant\nversion=200000001";
        gets(change(z(2, 1), later));
        assertThat(bench.events).contains(new ZabEvent.MembersIgnored(z(2, 1), "[1, 3]"));
        assertThat(ensemble.members().members()).hasSize(3);
    }

    /// Where it would lead, somebody else may listen, and say nothing.
    @Test
    void aLeaderThatLooksForOneAgainIsNotWaitedFor() {
        accepted();
        take(new PeerInput.Heard(3, new Notification(PeerState.LOOKING, 3, z(1, 1), 1, 1, "")));
        take(new PeerInput.Heard(2, new Notification(PeerState.LOOKING, 3, z(1, 1), 2, 1, "")));
        assertThat(bench.events).noneMatch(ZabEvent.LeaderLost.class::isInstance);
        take(new PeerInput.Heard(3, new Notification(PeerState.LOOKING, 3, -1, 2, 1, "")));
        assertThat(bench.events).contains(new ZabEvent.LeaderLost(3, "its leader looks for a leader again"));
    }

    /// That one may lead by this vote.
    @Test
    void whoCouldNotLeadAndHasVotedForAnotherStaysWithThatWhenItCan() {
        take(new PeerInput.QuorumPort(true));
        take(new PeerInput.Heard(2, new Notification(PeerState.LOOKING, 2, z(1, 1), 5, 1, "")));
        assertThat(ensemble.leader()).isEqualTo(2);
        take(new PeerInput.QuorumPort(false));
        assertThat(ensemble.leader()).isEqualTo(2);
    }
}
