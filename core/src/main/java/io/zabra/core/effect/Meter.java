// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.effect;

/// Is told of what happens too often to be an [Event] each time. Called by the owner of the node; calls return at once.
public interface Meter {

    /// Counts nothing.
    Meter NONE = new Meter() {};

    /// A request passed the throttle, `waitedMs` after it was received. Told only while the throttle is on.
    default void admitted(long waitedMs) {}

    /// The first request in the throttle had to wait, or to wait on.
    default void stalled() {}

    /// A request was let through although nobody waits for its answer any more.
    default void staleRequest() {}

    /// The path was read, or some bytes below it.
    default void read(String path, int bytes) {}

    /// The path was written.
    default void written(String path, int bytes) {}

    /// A hard quota forbade to write the path.
    default void quotaExceeded(String path) {}

    /// A transaction was applied by a member that serves, `ms` after it got its time.
    default void applied(long ms) {}

    /// A change fired `watchers` watches; `type` is one of those in [io.zabra.wire.client.WatcherEvent].
    default void fired(int type, int watchers) {}

    /// A write was applied whose client is gone.
    default void staleReply() {}
}
