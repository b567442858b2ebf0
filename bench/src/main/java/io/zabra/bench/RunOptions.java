// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench;

import io.zabra.bench.scenario.Options;
import io.zabra.bench.target.ServerSettings;
import io.zabra.bench.target.Target;
import io.zabra.bench.target.Targets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options of `run` and `all`, as picocli fills them.
final class RunOptions {

    @Option(names = "--server", paramLabel = "HOST:PORT", description = "Measure this running server.")
    private @Nullable String server;

    @Option(
            names = "--target",
            defaultValue = "zabra",
            paramLabel = "NAME",
            description = "Measure zabra (default), apache, floor (a server that keeps nothing), or host:port.")
    private String target = "zabra";

    @Option(
            names = "--against",
            split = ",",
            paramLabel = "NAME",
            description = "Compare with apache, floor or host:port, in alternation.")
    private List<String> against = new ArrayList<>();

    @Option(names = "--sessions", paramLabel = "N", description = "Sessions (default: the scenario's).")
    private @Nullable Integer sessions;

    @Option(names = "--outstanding", paramLabel = "N", description = "Requests in flight a session.")
    private @Nullable Integer outstanding;

    @Option(names = "--seconds", defaultValue = "8", paramLabel = "N", description = "Length of a measurement (8).")
    private int seconds = 8;

    @Option(names = "--ops", defaultValue = "500000", paramLabel = "N", description = "Requests at most (500000).")
    private int operations = 500_000;

    @Option(
            names = "--warmup-ops",
            defaultValue = "300000",
            paramLabel = "N",
            description = "Requests before a measurement (300000).")
    private int warmupOperations = 300_000;

    @Option(names = "--value-size", defaultValue = "100", paramLabel = "BYTES", description = "Value size (100).")
    private int valueSize = 100;

    @Option(names = "--rate", defaultValue = "2000", paramLabel = "N", description = "Writes/s of open loops (2000).")
    private int rate = 2000;

    @Option(names = "--znodes", defaultValue = "1000000", paramLabel = "N", description = "Large tree (1000000).")
    private int znodes = 1_000_000;

    @Option(names = "--faults", defaultValue = "5", paramLabel = "N", description = "Faults a round of failovers (5).")
    private int faults = 5;

    @Option(names = "--rounds", defaultValue = "3", paramLabel = "N", description = "Rounds (3).")
    private int rounds = 3;

    @Option(
            names = "--heap",
            defaultValue = "2g",
            paramLabel = "SIZE",
            description = "-Xmx of all servers (2g); 'default' leaves it to each server.")
    private String heap = "2g";

    @Option(names = "--jvm-flags", split = " ", paramLabel = "FLAGS", description = "More flags for all servers.")
    private List<String> jvmFlags = new ArrayList<>();

    @Option(names = "--jdk", paramLabel = "DIR", description = "JDK that runs the servers (default: this one).")
    private Path jdk = Path.of(System.getProperty("java.home"));

    @Option(
            names = "--zabra-command",
            split = " ",
            paramLabel = "COMMAND",
            description =
                    "How to start Zabra; {config} = path of zoo.cfg (default: <repo>/zabra server --config {config}).")
    private List<String> zabraCommand = new ArrayList<>();

    @Option(names = "--work", paramLabel = "DIR", description = "Where data goes: a real disk (default: temp folder).")
    private Path work = Path.of(System.getProperty("java.io.tmpdir"));

    @Option(names = "--json", paramLabel = "FILE", description = "Also write all results as JSON.")
    private @Nullable Path json;

    List<Target> targets() {
        var targets = new Targets(zabraCommand.isEmpty() ? defaultCommand() : zabraCommand, Main.cache());
        List<Target> chosen = new ArrayList<>();
        chosen.add(targets.named(server == null ? target : server));
        against.forEach(name -> chosen.add(targets.named(name)));
        return chosen;
    }

    ServerSettings settings() {
        String chosen = heap.equals("default") ? "" : heap;
        return new ServerSettings(jdk, chosen, jvmFlags, ServerSettings.SNAP_COUNT_NEVER, work);
    }

    Options options() {
        return new Options(
                optional(sessions),
                optional(outstanding),
                Duration.ofSeconds(seconds),
                operations,
                warmupOperations,
                valueSize,
                rate,
                znodes,
                faults);
    }

    int rounds() {
        if (rounds < 1) {
            throw new IllegalArgumentException("--rounds must be at least 1, not " + rounds);
        }
        return rounds;
    }

    @Nullable
    Path json() {
        return json;
    }

    List<String> jvmFlags() {
        return jvmFlags;
    }

    String heap() {
        return heap;
    }

    Path jdk() {
        return jdk;
    }

    Path work() {
        return work;
    }

    private static OptionalInt optional(@Nullable Integer value) {
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }

    /// The launcher of the repository that this runs in: the folder named by the launcher itself, or the nearest one
    /// above the working directory that holds a file `zabra`.
    private static List<String> defaultCommand() {
        Path folder = Path.of(System.getProperty("zabra.home", "")).toAbsolutePath();
        for (Path at = folder; at != null; at = at.getParent()) {
            if (Files.isRegularFile(at.resolve("zabra"))) {
                return List.of(at.resolve("zabra").toString(), "server", "--config", "{config}");
            }
        }
        return List.of("zabra", "server", "--config", "{config}");
    }
}
