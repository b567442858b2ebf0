// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import io.zabra.core.feed.PeerLink;
import io.zabra.core.log.Entry;
import io.zabra.core.log.Epochs;
import io.zabra.core.log.ReceivedSnapshot;
import io.zabra.wire.quorum.Notification;
import io.zabra.wire.quorum.QuorumPacket;
import java.util.List;

/// Everything that can happen to a member because it is one of several.
public sealed interface PeerInput {

    /// What the election is told, whatever this server does at the moment.
    sealed interface OfElection extends PeerInput {}

    /// This server shall lead no longer, if it does, and let the best of its followers lead.
    record HandOver() implements PeerInput {}

    /// Another server says how it votes.
    record Heard(long from, Notification notification) implements OfElection {}

    /// The connection to another server over which it says how it votes is gone, or cannot be made. Until there is
    /// one again, or it is heard, it has nothing to say.
    record Unreachable(long sid) implements OfElection {}

    /// There is a connection to another server again, over which it may say how it votes.
    record Reachable(long sid) implements OfElection {}

    /// A learner has connected to the port that is open while this server leads.
    record LearnerConnected(PeerLink link) implements PeerInput {}

    /// The port where learners connect cannot be opened, as somebody else has it; or it could be again.
    record QuorumPort(boolean taken) implements PeerInput {}

    /// The connection to the leader that was asked for stands.
    record LeaderConnected(PeerLink link) implements PeerInput {}

    /// The leader that was asked for cannot be reached.
    record LeaderUnreachable(long leader) implements PeerInput {}

    /// A packet of the quorum protocol has come in.
    record Received(PeerLink link, QuorumPacket packet) implements PeerInput {}

    /// The snapshot whose beginning was announced by [QuorumPacket.Snap] has come in, and lies on the disk.
    record SnapshotReceived(PeerLink link, ReceivedSnapshot snapshot) implements PeerInput {}

    /// A connection is gone, or its peer does not keep to the protocol.
    record Disconnected(PeerLink link) implements PeerInput {}

    /// The epochs are on the disk, with all that was sent there before.
    record EpochsDurable(Epochs epochs) implements PeerInput {}

    /// What [Journal#read] asked for: the entries behind `zxid`; none if they are not there any more.
    record LogRead(long zxid, List<Entry> entries) implements PeerInput {

        public LogRead {
            entries = List.copyOf(entries);
        }
    }
}
