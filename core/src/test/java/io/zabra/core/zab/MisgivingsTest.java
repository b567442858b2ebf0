// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import static io.zabra.core.zab.Bench.proposal;
import static io.zabra.core.zab.Bench.z;
import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.feed.PeerLink;
import io.zabra.core.log.Epochs;
import io.zabra.core.log.History;
import io.zabra.core.log.Span;
import io.zabra.wire.quorum.QuorumPacket;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A member that has more than its leader. It has the records up to 1:9, all of them committed.
class MisgivingsTest {

    private static final String CLAIMS_NOTHING = "leader< ACKEPOCH 4294967295:4294967295 -1";
    private static final Misgivings.Past NONE = Misgivings.Past.NONE;

    private final Bench bench =
            new Bench(new History.Start(0, List.of(new Span(z(1, 1), z(1, 9))), z(1, 9), List.of()));
    private final PeerLink link = bench.link("leader");
    private Epochs epochs = new Epochs(1, 1);
    private Learner learner = goesTo(3, false, NONE);

    private Learner goesTo(long leader, boolean observer, Misgivings.Past found) {
        learner = new Learner(bench.self(observer), leader, bench.history, epochs, Bench.TIMING, bench, bench);
        learner.begin(bench.now(), 0, found);
        bench.said();
        return learner;
    }

    private void gets(QuorumPacket... packets) {
        for (QuorumPacket packet : packets) {
            learner.take(new PeerInput.Received(link, packet), bench.now());
        }
        learner.flush(bench.now());
    }

    private void isOffered(long epoch) {
        learner.take(new PeerInput.LeaderConnected(link), bench.now());
        gets(new QuorumPacket.LeaderInfo(epoch, 0x10000));
        if (epoch > epochs.accepted()) {
            epochs = epochs.accept(epoch);
            learner.take(new PeerInput.EpochsDurable(epochs), bench.now());
        }
    }

    private void getsSnapshot(long zxid, QuorumPacket... behind) {
        gets(new QuorumPacket.Snap(zxid));
        learner.take(new PeerInput.SnapshotReceived(link, Bench.snapshot(zxid)), bench.now());
        gets(behind);
        gets(new QuorumPacket.NewLeader(z(2, 0), null));
    }

    private List<ZabEvent> events() {
        List<ZabEvent> told = List.copyOf(bench.events);
        bench.events.clear();
        return told;
    }

    private void refusesLeaderAt(long zxid) {
        isOffered(2);
        gets(new QuorumPacket.Trunc(zxid));
        assertThat(bench.said()).contains("disk suspects", "leader closed", "dial 3");
        isOffered(2);
        assertThat(bench.said()).contains(CLAIMS_NOTHING);
        getsSnapshot(zxid);
        assertThat(learner.over()).contains("ends at 0x100000003, but more is committed");
        learner.end();
    }

    @Test
    void aLeaderThatHasLessThanIsCommittedHereIsRefusedAndOperatorsAreToldOnce() {
        refusesLeaderAt(z(1, 3));
        assertThat(bench.history.lastAppended()).isEqualTo(z(1, 9));
        assertThat(bench.said()).noneMatch(line -> line.contains("install") || line.contains("truncate"));
        assertThat(events())
                .containsExactly(
                        new ZabEvent.SnapshotWanted(
                                3, "the leader lacks what is behind 0x100000003 and in the tree here"),
                        new ZabEvent.LeaderRefused(3, z(1, 3), z(1, 9), ZabEvent.LeaderRefused.REMEDY),
                        new ZabEvent.LeaderLost(3, "the leader's history ends at 0x100000003, but more is committed"));
        goesTo(3, false, learner.found());
        isOffered(2);
        getsSnapshot(z(1, 4));
        assertThat(learner.over()).contains("ends at 0x100000004, but more is committed");
        assertThat(learner.found()).isEqualTo(new Misgivings.Past(3, 0, 2));
        assertThat(events()).isEmpty();
    }

    /// The numbers of another ensemble are the same: that the leader has the last record, too, proves nothing then.
    @Test
    void whoHasFoundThatALeaderLacksSomethingTakesASnapshotAndNothingElse() {
        refusesLeaderAt(z(1, 3));
        for (long leader : new long[] {3, 2}) {
            goesTo(leader, true, learner.found());
            isOffered(2);
            assertThat(bench.said()).contains(CLAIMS_NOTHING);
            gets(new QuorumPacket.Diff(z(1, 20)));
            assertThat(learner.over()).contains("sent Diff to a server that has nothing");
        }
        goesTo(3, true, learner.found());
        isOffered(2);
        events();
        getsSnapshot(z(1, 20));
        assertThat(bench.said()).contains("tree 1:20", "disk install 1:20 +0 epochs 2/2");
        assertThat(events())
                .containsExactly(
                        new ZabEvent.HistoryGivenUp(3, z(1, 3), z(1, 9)),
                        new ZabEvent.SnapshotInstalled(z(1, 20), z(1, 9)));
        assertThat(bench.history.suspect()).isFalse();
    }

    /// As when the others were put back to what they had in the epoch before.
    @Test
    void whoHasRefusedTheSnapshotOfALeaderThatHasLessSaysSoWhenItTakesALaterOne() {
        isOffered(2);
        bench.said();
        getsSnapshot(z(1, 3));
        assertThat(learner.over()).contains("ends at 0x100000003, but more is committed");
        assertThat(bench.said()).contains("disk suspects");
        assertThat(events()).hasSize(1).first().isInstanceOf(ZabEvent.LeaderRefused.class);
        goesTo(3, false, learner.found());
        isOffered(2);
        getsSnapshot(z(1, 4));
        assertThat(learner.over()).contains("ends at 0x100000004, but more is committed");
        goesTo(3, false, learner.found());
        isOffered(2);
        getsSnapshot(z(2, 15));
        assertThat(learner.over()).isNull();
        assertThat(events())
                .containsExactly(
                        new ZabEvent.HistoryGivenUp(3, z(1, 3), z(1, 9)),
                        new ZabEvent.SnapshotInstalled(z(2, 15), z(1, 9)));
    }

    @Test
    void whoHasRefusedTheSnapshotOfALeaderTakesNoRecordThatItHasLaterForProof() {
        isOffered(2);
        getsSnapshot(z(1, 3));
        learner.end();
        for (long leader : new long[] {3, 2}) {
            goesTo(leader, false, learner.found());
            isOffered(2);
            assertThat(bench.said()).contains(CLAIMS_NOTHING);
            gets(new QuorumPacket.Diff(z(1, 9)));
            assertThat(learner.over()).contains("sent Diff to a server that has nothing");
        }
        assertThat(events()).noneMatch(ZabEvent.HistoryGivenUp.class::isInstance);
    }

    @Test
    void operatorsAreToldOfASnapshotThatGoesOnWithoutWhatIsCommittedHere() {
        isOffered(2);
        getsSnapshot(z(1, 5), proposal(z(2, 1)));
        assertThat(events()).contains(new ZabEvent.HistoryGivenUp(3, z(1, 5), z(1, 9)));
        assertThat(learner.over()).isNull();
    }

    @Test
    void aSnapshotThatGoesOnFromWhatIsCommittedHereIsNoNews() {
        isOffered(2);
        getsSnapshot(z(1, 8), proposal(z(1, 9)), proposal(z(2, 1)));
        assertThat(events()).noneMatch(ZabEvent.HistoryGivenUp.class::isInstance);
        assertThat(learner.over()).isNull();
    }

    @Test
    void whoRefusesALeaderAsksItAgainAfterPausesThatGrow() {
        long[] pauses = {0, 0, 1_280, 2_560, 5_120, 10_000, 10_000};
        for (int refusals = 0; refusals < pauses.length; refusals++) {
            goesTo(3, false, new Misgivings.Past(3, 0, refusals));
            long due = pauses[refusals] == 0 ? Long.MAX_VALUE : bench.nowMs + pauses[refusals];
            assertThat(learner.wakeAtMs()).as("after %d refusals", refusals).isEqualTo(due);
        }
        bench.nowMs += 10_000;
        learner.tick(bench.now());
        assertThat(learner.over()).isNull();
        assertThat(bench.said()).contains("dial 3");
        goesTo(3, true, new Misgivings.Past(3, 9, 0));
        assertThat(learner.wakeAtMs()).as("for its epoch").isEqualTo(bench.nowMs + 5_120);
        goesTo(2, false, new Misgivings.Past(3, 0, 9));
        assertThat(learner.wakeAtMs()).as("another leader").isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whoWaitsToAskALeaderAgainLooksForAnotherWhenThatOneIsGone() {
        goesTo(3, false, NONE);
        learner.take(new PeerInput.Unreachable(3), bench.now());
        assertThat(learner.over()).isNull();
        goesTo(3, false, new Misgivings.Past(3, 0, 9));
        learner.take(new PeerInput.Unreachable(2), bench.now());
        assertThat(learner.over()).isNull();
        learner.take(new PeerInput.Unreachable(3), bench.now());
        assertThat(learner.over()).isEqualTo("the leader is gone");
    }

    /// A leader that was deposed may not know it yet.
    @Test
    void anObserverThatWasInALaterEpochSaysSoAfterSomeTimeAndTrustsNothingOfWhatItHas() {
        epochs = new Epochs(4, 4);
        for (int i = 1; i <= 10; i++) {
            goesTo(3, true, learner.found());
            isOffered(2);
            assertThat(learner.over()).contains("epoch 2 is before 4");
            assertThat(events())
                    .filteredOn(ZabEvent.LaterEpoch.class::isInstance)
                    .as("the %d. time", i)
                    .hasSize(i == 4 ? 1 : 0);
            assertThat(bench.history.suspect()).isEqualTo(i >= 4);
        }
        goesTo(3, true, learner.found());
        isOffered(5);
        gets(new QuorumPacket.Diff(z(1, 9)));
        assertThat(bench.said()).contains("leader closed", "dial 3");
    }

    @Test
    void aVoterThatHasPromisedMoreTrustsWhatItHas() {
        epochs = new Epochs(4, 4);
        for (int i = 1; i <= 10; i++) {
            goesTo(3, false, learner.found());
            isOffered(2);
            assertThat(learner.over()).contains("epoch 2 is before 4");
        }
        assertThat(learner.found().refusals()).isZero();
        assertThat(bench.history.suspect()).isFalse();
    }
}
