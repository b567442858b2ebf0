// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli;

import java.nio.file.Path;

/// A server that shell tests run against; `-Dzabra.server.under.test=<class>` picks another than Apache's.
///
/// A class for it has a public constructor that takes the data directory.
public interface ServerUnderTest extends AutoCloseable {

    /// Starts it on the port it had before, or on a free one the first time, and waits until it serves.
    void start() throws Exception;

    /// Stops it without closing any session.
    void stop() throws Exception;

    /// Where it listens, on loopback.
    int port();

    @Override
    void close() throws Exception;

    default String connectString() {
        return "127.0.0.1:" + port();
    }

    /// Ticks of the server in ms: sessions may be as short as two of them.
    int TICK_MS = 200;

    static ServerUnderTest in(Path directory) throws Exception {
        String name = System.getProperty("zabra.server.under.test", ApacheServer.class.getName());
        return (ServerUnderTest) Class.forName(name).getConstructor(Path.class).newInstance(directory);
    }
}
