// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench;

import io.zabra.bench.core.CoreRuns;
import io.zabra.bench.scenario.Catalogue;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Entry point of `./zabra bench`. Exit codes: 0 done, 1 the measurement failed, 2 wrong usage.
@Command(
        name = "zabra bench",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Measures Zabra, Apache ZooKeeper or a running server.")
public final class Main {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        var line = new CommandLine(new Main());
        line.setExecutionExceptionHandler((e, command, _) -> {
            command.getErr().println("zabra bench: " + e.getMessage());
            return e instanceof IllegalArgumentException ? 2 : 1;
        });
        return line;
    }

    /// Prints the scenarios.
    @Command(name = "list", description = "Lists the scenarios.", mixinStandardHelpOptions = true)
    int list() {
        var out = spec.commandLine().getOut();
        Catalogue.all().forEach(scenario -> out.printf("  %-27s %s%n", scenario.name(), scenario.summary()));
        out.flush();
        return 0;
    }

    /// Runs the named scenarios.
    @Command(name = "run", description = "Runs scenarios.", mixinStandardHelpOptions = true)
    int run(
            @Mixin RunOptions options,
            @Parameters(arity = "1..*", paramLabel = "SCENARIO", description = "Names from `list`.") String[] names)
            throws IOException {
        return new Rounds(options, console()).run(Rounds.scenarios(names));
    }

    /// Runs every scenario.
    @Command(name = "all", description = "Runs all scenarios.", mixinStandardHelpOptions = true)
    int all(@Mixin RunOptions options) throws IOException {
        return new Rounds(options, console()).run(Catalogue.all());
    }

    /// Measures the state machine alone.
    @Command(
            name = "core",
            description = "Measures the state machine alone: no sockets, no disk.",
            mixinStandardHelpOptions = true)
    int core(
            @Parameters(arity = "0..1", paramLabel = "PATTERN", description = "Which: a regular expression.") @Nullable
                    String pattern,
            @Option(names = "--znodes", split = ",", paramLabel = "N[,N...]", description = "Sizes of the tree.")
                    @Nullable
                    List<String> znodes,
            @Option(names = "--sessions", split = ",", paramLabel = "N[,N...]", description = "Numbers of sessions.")
                    @Nullable
                    List<String> sessions,
            @Option(names = "--watches", split = ",", paramLabel = "N[,N...]", description = "Numbers of watches.")
                    @Nullable
                    List<String> watches,
            @Option(names = "--json", paramLabel = "FILE", description = "Also write the results as JSON.") @Nullable
                    Path json) {
        var sizes = new CoreRuns.Sizes(orNone(znodes), orNone(sessions), orNone(watches));
        CoreRuns.run(pattern == null ? "" : pattern, sizes, json);
        return 0;
    }

    private static List<String> orNone(@Nullable List<String> given) {
        return given == null ? List.of() : given;
    }

    private static PrintStream console() {
        return new PrintStream(System.out, true, StandardCharsets.UTF_8);
    }

    /// Where fetched software is kept: `$XDG_CACHE_HOME/zabra` or `~/.cache/zabra`.
    static Path cache() {
        String configured = System.getenv("XDG_CACHE_HOME");
        return configured == null || configured.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".cache", "zabra")
                : Path.of(configured, "zabra");
    }
}
