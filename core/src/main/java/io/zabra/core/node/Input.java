// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import io.zabra.core.session.Client;
import io.zabra.core.session.Tag;
import io.zabra.core.zab.PeerInput;
import io.zabra.wire.client.ConnectRequest;
import io.zabra.wire.client.Request;
import java.util.function.Consumer;

/// Everything that can happen to a node.
public sealed interface Input {

    /// A client asks for a session.
    record Connect(Client client, ConnectRequest request) implements Input {}

    /// A client sends a request.
    record Submit(Client client, Tag tag, Request request) implements Input {}

    /// A client sends a request whose body cannot be decoded.
    ///
    /// @param ordered whether the failure takes a place in the order of transactions, as Apache has it
    record Malformed(Client client, Tag tag, boolean ordered) implements Input {}

    /// A client sends an operation that clients do not have.
    record UnknownOperation(Client client, Tag tag) implements Input {}

    /// A client has caught up with what it is sent, after [io.zabra.core.session.ClientLink#ready] was false.
    record LinkReady(Client client) implements Input {}

    /// A connection is gone.
    record Disconnect(Client client) implements Input {}

    /// The log has made everything up to `zxid` durable.
    record Durable(long zxid) implements Input {}

    /// Time has passed. Comes several times a second, also when nothing else does.
    record Tick() implements Input {}

    /// The snapshot that was asked for last is written, or has failed.
    record SnapshotDone(long zxid, boolean written) implements Input {}

    /// The space left on the disk has passed a mark.
    record DiskSpace(Space space) implements Input {}

    /// What the space left on the disk allows.
    enum Space {
        /// Everything.
        AMPLE,
        /// Reads, and the beginning and end of sessions, but no writes.
        LOW,
        /// Reads, and nothing that would have to be logged.
        FULL;

        /// Parts of the mark below which writes are refused: where nothing is logged any more, and where that ends.
        private static final int FULL_PART = 8;

        private static final int FULL_OVER_PART = 4;

        /// What so many bytes allow, after this. Each state ends a little above where it begins, so that it does not
        /// come and go.
        ///
        /// @param lowBytes below this, writes are refused
        /// @param ampleBytes from here on they are taken again
        public Space after(long usableBytes, long lowBytes, long ampleBytes) {
            if (usableBytes < (this == FULL ? lowBytes / FULL_OVER_PART : lowBytes / FULL_PART)) {
                return FULL;
            }
            return usableBytes < (this == AMPLE ? lowBytes : ampleBytes) ? LOW : AMPLE;
        }

        /// Whether so many bytes leave the log its space, whatever else uses the disk.
        ///
        /// @param lowBytes below this, writes are refused
        public static boolean leftForLog(long usableBytes, long lowBytes) {
            return usableBytes >= lowBytes / FULL_OVER_PART;
        }
    }

    /// Something has happened between this server and the others of its ensemble.
    record Peer(PeerInput input) implements Input {}

    /// Asks for a snapshot, unless one is being written or nothing has happened since the last.
    record SnapshotWanted() implements Input {}

    /// Somebody wants to look at the node, as its owner, without changing it.
    record Inspect(Consumer<Node> visitor) implements Input {}
}
