// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

/// Something an operator wants to know. One edge turns events into log lines and counters.
public sealed interface Event {

    record SessionExpired(long sessionId, int timeoutMs) implements Event {}

    record SessionResumed(long sessionId, String remoteAddress) implements Event {}

    record SessionRefused(long sessionId, String remoteAddress, String reason) implements Event {}

    record AuthFailed(long sessionId, String remoteAddress, String scheme) implements Event {}

    record SnapshotStarted(long zxid, int znodes) implements Event {}

    record WritesRefused(boolean diskLow) implements Event {}
}
