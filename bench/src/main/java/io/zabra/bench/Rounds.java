// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench;

import io.zabra.bench.report.Figures;
import io.zabra.bench.report.Json;
import io.zabra.bench.report.Progress;
import io.zabra.bench.report.Result;
import io.zabra.bench.report.Summary;
import io.zabra.bench.report.TextTable;
import io.zabra.bench.scenario.Catalogue;
import io.zabra.bench.scenario.Options;
import io.zabra.bench.scenario.Scenario;
import io.zabra.bench.target.RunningEnsemble;
import io.zabra.bench.target.Target;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Runs scenarios: for each one rounds of all targets in turn (A B A B ...), each round on a fresh server, then a
/// table.
final class Rounds {

    private final RunOptions options;
    private final PrintStream out;
    private final Progress progress;
    private final List<Result> results = new ArrayList<>();
    private int failures;

    Rounds(RunOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
        this.progress = new Progress(System.err, onTerminal());
    }

    /// The specification of `System.console` still allows null.
    @SuppressWarnings("SystemConsoleNull")
    private static boolean onTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    static List<Scenario> scenarios(String... names) {
        return Arrays.stream(names)
                .map(name -> Catalogue.named(name)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "no scenario '" + name + "'; `zabra bench list` shows them all")))
                .toList();
    }

    /// Returns the exit code: 1 if a scenario could not be measured.
    int run(List<Scenario> scenarios) throws IOException {
        List<Target> targets = options.targets();
        Options load = options.options();
        int rounds = options.rounds();
        Map<String, String> environment =
                Environment.describe(options.work(), options.jdk(), options.heap(), options.jvmFlags());
        environment.forEach((key, value) -> out.printf("%-12s %s%n", key, value));
        for (Scenario scenario : scenarios) {
            List<Result> own = new ArrayList<>();
            for (int round = 1; round <= rounds; round++) {
                for (Target target : targets) {
                    progress.context("%s, round %d of %d, %s".formatted(scenario.name(), round, rounds, target.name()));
                    measure(scenario, target, round, load, own);
                }
            }
            progress.clear();
            if (!own.isEmpty()) {
                out.println();
                out.print(TextTable.of(Summary.of(own)));
            }
            results.addAll(own);
            save(environment);
        }
        return failures == 0 ? 0 : 1;
    }

    private void measure(Scenario scenario, Target target, int round, Options load, List<Result> own) {
        progress.step("starting");
        try (RunningEnsemble servers = target.start(scenario.settings(options.settings()), scenario.members())) {
            if (scenario.needsOwnServer() && !servers.owned()) {
                throw new IOException("this scenario needs a server that the benchmark starts itself");
            }
            Figures figures = scenario.run(servers, load, progress);
            own.add(new Result(scenario.name(), scenario.parameters(load), target.name(), round, figures));
        } catch (IOException | RuntimeException e) {
            progress.clear();
            failures++;
            out.printf("%s on %s, round %d: not measured: %s%n", scenario.name(), target.name(), round, e.getMessage());
        }
    }

    private void save(Map<String, String> environment) throws IOException {
        Path file = options.json();
        if (file != null) {
            Files.writeString(file, Json.of(environment, results));
        }
    }
}
