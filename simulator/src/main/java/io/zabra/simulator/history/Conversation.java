// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.history;

import java.util.ArrayDeque;

/// What a check knows of one connection while it goes through a history.
final class Conversation {

    final int number;
    final long session;
    final boolean readOnly;
    final ArrayDeque<Ask> waiting = new ArrayDeque<>();
    final ArrayDeque<Frame> caughtUp = new ArrayDeque<>();

    /// The latest zxid of a reply.
    long seen;

    /// The place of the last frame in the order of zxids.
    long key;

    Conversation(Entry.Opened opened) {
        number = opened.connection();
        session = opened.session();
        readOnly = opened.readOnly();
        seen = opened.seen();
    }
}
