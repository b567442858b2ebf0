// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.suites;

import io.zabra.core.session.SessionIds;
import io.zabra.interop.process.Product;
import io.zabra.interop.process.RunningServer;
import io.zabra.interop.process.ServerSetup;
import io.zabra.interop.raw.Frame;
import io.zabra.interop.raw.Handshake;
import io.zabra.interop.raw.Ops;
import io.zabra.interop.raw.RawClient;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A process of Zabra behind a relay, for the suites of `client` and of `cli`.
public final class ZabraUnderTest implements io.zabra.client.ServerUnderTest, io.zabra.cli.ServerUnderTest {

    private static final int ATTEMPTS_MAX = 10;

    private static final int TICK = io.zabra.client.ServerUnderTest.TICK_MS;

    private final ServerSetup setup;
    private final Relay relay;
    private @Nullable RunningServer server;

    /// Found by its name and made by reflection.
    public ZabraUnderTest(Path directory) throws IOException {
        setup = ServerSetup.of(Product.ZABRA, directory)
                .withConfig("tickTime", Integer.toString(TICK))
                .withConfig("extendedTypesEnabled", "true");
        relay = new Relay();
    }

    @Override
    public void start() {
        server = server == null ? setup.start() : server.restart();
        relay.to(server.address().getPort());
    }

    /// The process ends, and so do the connections to the relay; new ones end at once.
    @Override
    public void stop() {
        if (server != null) {
            server.close();
        }
        relay.drop();
    }

    @Override
    public int port() {
        return relay.port();
    }

    @Override
    public String connectString() {
        return "127.0.0.1:" + port();
    }

    @Override
    public void dropConnections() {
        relay.drop();
    }

    /// Takes the session over, as its password allows, and ends it.
    @Override
    public void expire(long sessionId) {
        Handshake handshake = Handshake.fresh(2 * TICK).ofSession(sessionId, SessionIds.password(sessionId));
        for (int i = 0; i < ATTEMPTS_MAX; i++) {
            try (var thief = RawClient.open(server.address(), handshake)) {
                Frame answer = thief.call(Ops.CLOSE_SESSION, Ops.EMPTY);
                if (answer != null && answer.error() == 0) {
                    return;
                }
                // Its owner was quick to connect again, and has taken it back.
            }
        }
        throw new IllegalStateException("the session cannot be ended");
    }

    @Override
    public void close() throws IOException {
        stop();
        relay.close();
    }
}
