// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.scenario;

import io.zabra.bench.report.Figures;
import io.zabra.bench.report.Progress;
import io.zabra.bench.target.RunningEnsemble;
import io.zabra.bench.target.ServerSettings;
import java.io.IOException;

/// One thing to measure. Each round gets servers of its own on empty data directories.
public interface Scenario {

    String name();

    /// One line for the list of scenarios.
    String summary();

    /// What the load is, for the head of the result.
    String parameters(Options options);

    /// The settings that this scenario's server needs, from those of the run.
    default ServerSettings settings(ServerSettings common) {
        return common.withSnapCount(ServerSettings.SNAP_COUNT_NEVER);
    }

    /// How many servers form the ensemble that is measured; 1 = a server that stands alone.
    default int members() {
        return 1;
    }

    /// Whether the server has to be one that the benchmark starts itself.
    default boolean needsOwnServer() {
        return false;
    }

    Figures run(RunningEnsemble servers, Options options, Progress progress) throws IOException;
}
