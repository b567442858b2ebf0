// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.effect;

import io.zabra.wire.client.OpCode;

/// Something an operator wants to know. One edge turns events into log lines and counters.
public sealed interface Event {

    record SessionExpired(long sessionId, int timeoutMs) implements Event {}

    /// A session that only this server knew has ended with the connection to the leader: of something that it asked for
    /// it is not known whether it will come about.
    record SessionLost(long sessionId) implements Event {}

    record SessionResumed(long sessionId, String remoteAddress) implements Event {}

    record SessionRefused(long sessionId, String remoteAddress, String reason) implements Event {}

    record AuthFailed(long sessionId, String remoteAddress, String scheme) implements Event {}

    record SnapshotStarted(long zxid, int znodes) implements Event {}

    /// A request waited too long in front of the node and was answered with THROTTLEDOP.
    record RequestThrottled(long sessionId, OpCode op, long waitedMs) implements Event {}

    /// A request that nobody waits for any more was dropped, and its connection closed.
    record StaleRequestDropped(long sessionId, OpCode op, long waitedMs) implements Event {}

    record WritesRefused(boolean diskLow) implements Event {}

    /// There is no more space even for the beginning and end of sessions, or there is again.
    record SessionsHeld(boolean diskFull) implements Event {}
}
