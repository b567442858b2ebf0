// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.report;

/// What the runtime has to tell operators; each becomes one line of the log.
public sealed interface Notice {

    record ServerStarted(int port, String dataDir, long zxid, int znodes, int sessions, long tookMs)
            implements Notice {}

    record StartedEmpty(String dataDir, String reason) implements Notice {}

    /// What a member has on its disk cannot be used; it will get everything from the others.
    record DataDamaged(String place, String reason) implements Notice {}

    record ServerStopped(long zxid) implements Notice {}

    /// The address for clients has changed, but the new one cannot be had.
    record ClientsNotMoved(String address, String cause) implements Notice {}

    record ConnectionRefused(String remoteAddress, String reason) implements Notice {}

    record ConnectionDropped(long sessionId, String remoteAddress, String reason) implements Notice {}

    record SnapshotWritten(long zxid, long tookMs) implements Notice {}

    record SnapshotFailed(long zxid, String cause) implements Notice {}

    record SlowFlush(int transactions, long tookMs) implements Notice {}

    record LargeRequestRejected(String remoteAddress, int bytes, long bytesInWork) implements Notice {}

    /// @param collections garbage collections during that time
    record ProcessPaused(long pausedMs, long collections, long collectionMs) implements Notice {}

    record DiskCheckFailed(String cause) implements Notice {}

    record LogWaitsForSpace(String cause) implements Notice {}

    record LogFoundSpace() implements Notice {}

    record FilesPurged(int files) implements Notice {}

    record PurgeFailed(String cause) implements Notice {}

    /// This member cannot lead, until it gets the port where the others would connect.
    record QuorumPortTaken(String address, String cause) implements Notice {}

    /// The members have changed since the list in the configuration was written, which has no effect any more.
    record ListOverridden(String listed, String members) implements Notice {}

    /// A connection between members came to nothing, or ended for what the other sent.
    record PeerTrouble(String peer, String reason) implements Notice {}
}
