// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.target;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A target that is started as a process of its own from a generated `zoo.cfg`.
public record Launcher(String name, Recipe recipe) implements Target {

    @Override
    public RunningServer start(ServerSettings settings) throws IOException {
        Files.createDirectories(settings.workFolder());
        Path folder = Files.createTempDirectory(settings.workFolder(), "zabra-bench-");
        Path config = folder.resolve("zoo.cfg");
        int port = freePort();
        Files.createDirectories(folder.resolve("data"));
        Files.writeString(config, settings.zooCfg(folder.resolve("data"), port));
        var server = new RunningServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                settings.jdk(),
                folder,
                recipe.command(config, settings));
        try {
            server.launch();
        } catch (IOException e) {
            server.close();
            throw e;
        }
        return server;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// How a target's process is called.
    public interface Recipe {
        Command command(Path config, ServerSettings settings) throws IOException;
    }

    /// A process to start: its words and what is added to the environment.
    public record Command(List<String> words, Map<String, String> environment) {}
}
