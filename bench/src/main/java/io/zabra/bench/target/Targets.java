// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.target;

import io.zabra.bench.floor.FloorServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The targets by name.
///
/// @param zabraCommand words that start Zabra; `{config}` stands for the path of the `zoo.cfg`
/// @param cache where fetched software is kept between runs
public record Targets(List<String> zabraCommand, Path cache) {

    private static final String CONFIG_PLACEHOLDER = "{config}";
    private static final int MEMBERS_MAX = 9;

    /// `zabra`, `apache`, `floor`, or `host:port`.
    public Target named(String name) {
        return switch (name) {
            case "zabra" -> new Launcher(name, MEMBERS_MAX, this::zabra);
            case "apache" -> new Launcher(name, MEMBERS_MAX, this::apache);
            case "floor" -> new Launcher(name, 1, Targets::floor);
            default -> Remote.parse(name);
        };
    }

    private Launcher.Command zabra(Path config, ServerSettings settings) {
        List<String> words = zabraCommand.stream()
                .map(word -> word.replace(CONFIG_PLACEHOLDER, config.toString()))
                .toList();
        return new Launcher.Command(
                words,
                Map.of(
                        "JAVA_HOME",
                        settings.jdk().toString(),
                        "SERVER_JVMFLAGS",
                        String.join(" ", settings.allJvmFlags())));
    }

    private Launcher.Command apache(Path config, ServerSettings settings) throws IOException {
        return java(settings, ApacheJars.classPath(cache), "org.apache.zookeeper.server.quorum.QuorumPeerMain", config);
    }

    private static Launcher.Command floor(Path config, ServerSettings settings) {
        return java(settings, System.getProperty("java.class.path"), FloorServer.class.getName(), config);
    }

    private static Launcher.Command java(ServerSettings settings, String classPath, String main, Path config) {
        List<String> words = new ArrayList<>();
        words.add(settings.jdk().resolve("bin/java").toString());
        words.addAll(settings.allJvmFlags());
        words.add("-cp");
        words.add(classPath);
        words.add(main);
        words.add(config.toString());
        return new Launcher.Command(List.copyOf(words), Map.of());
    }
}
