// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import static io.zabra.core.zab.Bench.z;
import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.feed.PeerLink;
import io.zabra.core.log.Epochs;
import io.zabra.core.log.History;
import io.zabra.core.log.Span;
import io.zabra.wire.quorum.QuorumPacket;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A learner that knows from before its start that its tree is wrong.
class SuspectTreeTest {

    private static final QuorumPacket DIFF = new QuorumPacket.Diff(z(1, 9));
    private static final String CLAIMS_NOTHING = "leader< ACKEPOCH 4294967295:4294967295 -1";

    /// The log counts: it says what is there, and is not touched before the snapshot has come.
    @Test
    void aTreeThatWasFoundToBeWrongBeforeTheStartIsReplacedByTheNextLeader() {
        var start = new History.Start(0, List.of(new Span(z(1, 1), z(1, 2))), z(1, 2), List.of());
        Bench anew = new Bench(start.suspected(true));
        var learner = new Learner(anew.self(false), 3, anew.history, new Epochs(1, 1), Bench.TIMING, anew, anew);
        PeerLink leader = anew.link("leader");
        learner.take(new PeerInput.LeaderConnected(leader), anew.now());
        learner.take(new PeerInput.Received(leader, new QuorumPacket.LeaderInfo(2, 0x10000)), anew.now());
        learner.take(new PeerInput.EpochsDurable(new Epochs(2, 1)), anew.now());
        assertThat(anew.said()).contains("leader< ACKEPOCH 1:2 1");
        learner.take(new PeerInput.Received(leader, DIFF), anew.now());
        learner.flush(anew.now());
        assertThat(anew.said()).containsExactly("leader closed", "dial 3");
        learner.take(new PeerInput.LeaderConnected(leader), anew.now());
        learner.take(new PeerInput.Received(leader, new QuorumPacket.LeaderInfo(2, 0x10000)), anew.now());
        assertThat(anew.said()).contains(CLAIMS_NOTHING);
        assertThat(anew.events)
                .filteredOn(ZabEvent.SnapshotWanted.class::isInstance)
                .hasSize(1);
    }
}
