// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.peer;

import io.netty.channel.EventLoop;
import java.util.function.Consumer;

/// What a connection to a member has brought and the node has not worked on yet. Above a limit, no more is to be read:
/// else a node that is slower than its peers would fill its memory with what they send. Owned by the event loop of the
/// connection.
///
/// Now and then a mark is put behind what was brought. When the node comes to it, all before it is done.
final class Backlog {

    /// In bytes as they came over the network; what is read in one go may be above it.
    static final long BYTES_MAX = 8L << 20;

    private static final int MARK_BYTES = 64 << 10;

    private final EventLoop loop;
    private final Consumer<Runnable> behind;
    private final Runnable changed;
    private long unmarked;
    private long marked;

    /// @param behind lets something be run by the owner of the node, behind all that was offered before
    /// @param changed called when [#isFull] may say something else; on the event loop
    Backlog(EventLoop loop, Consumer<Runnable> behind, Runnable changed) {
        this.loop = loop;
        this.behind = behind;
        this.changed = changed;
    }

    /// As many bytes have been offered to the node.
    void add(int bytes) {
        unmarked += bytes;
        if (unmarked < MARK_BYTES) {
            return;
        }
        long mark = unmarked;
        unmarked = 0;
        marked += mark;
        behind.accept(() -> {
            if (!loop.isShuttingDown()) {
                loop.execute(() -> done(mark));
            }
        });
        changed.run();
    }

    private void done(long mark) {
        marked -= mark;
        changed.run();
    }

    boolean isFull() {
        return marked >= BYTES_MAX;
    }
}
