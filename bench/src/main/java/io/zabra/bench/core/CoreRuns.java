// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.core;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/// Runs the benchmarks of this package, each in a process of its own, and prints time and allocated bytes an operation.
public final class CoreRuns {

    private CoreRuns() {}

    /// What to vary; an empty list leaves the benchmark's own sizes.
    public record Sizes(List<String> znodes, List<String> sessions, List<String> watches) {}

    /// @param pattern a regular expression that the benchmark's name must contain
    /// @param json where results go as JSON as well, or null
    public static void run(String pattern, Sizes sizes, @Nullable Path json) {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(CoreRuns.class.getPackageName() + ".*" + pattern)
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true);
        vary(options, "znodes", sizes.znodes());
        vary(options, "sessions", sizes.sessions());
        vary(options, "watches", sizes.watches());
        if (json != null) {
            options.resultFormat(ResultFormatType.JSON).result(json.toString());
        }
        try {
            new Runner(options.build()).run();
        } catch (RunnerException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private static void vary(ChainedOptionsBuilder options, String name, List<String> values) {
        if (!values.isEmpty()) {
            options.param(name, values.toArray(String[]::new));
        }
    }
}
