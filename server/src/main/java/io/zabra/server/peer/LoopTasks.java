// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.peer;

import io.netty.channel.EventLoop;
import io.zabra.wire.quorum.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What threads that outlive an event loop bring to it. The loops end with the server, and a name may take long to
/// resolve: what comes behind the end of the loop matters to nobody, and is dropped.
final class LoopTasks {

    private LoopTasks() {}

    /// Runs the task on the event loop, unless that has ended.
    static void execute(EventLoop loop, Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            if (!loop.isShutdown()) {
                throw e;
            }
        }
    }

    /// Finds an address on a thread of its own.
    ///
    /// @param then gets it on the event loop, unless that has ended; null if there is none
    static void resolve(HostPort address, EventLoop loop, Consumer<@Nullable InetSocketAddress> then) {
        Thread.ofVirtual().name("zabra-resolve").start(() -> {
            InetSocketAddress resolved = resolve(address);
            execute(loop, () -> then.accept(resolved));
        });
    }

    private static @Nullable InetSocketAddress resolve(HostPort address) {
        try {
            return new InetSocketAddress(InetAddress.getByName(address.host()), address.port());
        } catch (IOException _) {
            return null;
        }
    }
}
