// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.jspecify.annotations.Nullable;

/// Apache ZooKeeper in this JVM.
public final class ApacheServer implements ServerUnderTest {

    static {
        System.setProperty("zookeeper.extendedTypesEnabled", "true");
        System.setProperty("zookeeper.admin.enableServer", "false");
        // Without it a server that stops keeps the JVM's watchdogs busy.
        System.setProperty("zookeeper.nio.shutdownTimeout", "1000");
    }

    private final Path directory;
    private int port;
    private @Nullable ServerCnxnFactory factory;

    public ApacheServer(Path directory) {
        this.directory = directory;
    }

    @Override
    public void start() throws IOException, InterruptedException {
        ZooKeeperServer started = new ZooKeeperServer(directory.toFile(), directory.toFile(), TICK_MS);
        NIOServerCnxnFactory listening = new NIOServerCnxnFactory();
        listening.configure(new InetSocketAddress("127.0.0.1", port), 0);
        port = listening.getLocalPort();
        listening.startup(started);
        factory = listening;
    }

    @Override
    public void stop() {
        if (factory != null) {
            factory.shutdown();
            factory = null;
        }
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void close() {
        stop();
    }
}
