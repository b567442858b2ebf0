// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.diff;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.interop.process.Product;
import io.zabra.interop.process.RunningEnsemble;
import io.zabra.interop.process.RunningServer;
import io.zabra.interop.process.ServerSetup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// As [DifferentialIT], on ensembles of three: the clients of a member get the answers that those of one of Apache's
/// get.
class EnsembleDifferentialIT {

    private static final int SEQUENCES = 250;
    private static final int DIFFERENCES_MAX = 5;

    @TempDir
    Path directory;

    @Test
    void followersAgree() {
        duel(RunningEnsemble::follower);
    }

    @Test
    void leadersAgree() {
        duel(RunningEnsemble::leader);
    }

    private void duel(Function<RunningEnsemble, RunningServer> member) {
        ServerSetup setup = DuelSetup.quiet(directory.resolve("left"));
        var generator = new Generator(Generator.Theme.ENSEMBLE);
        List<String> reports = new ArrayList<>();
        try (RunningEnsemble left = RunningEnsemble.start(setup);
                RunningEnsemble right = RunningEnsemble.start(setup.as(Product.ZABRA, directory.resolve("right")));
                Duel duel = DuelSetup.between(
                        member.apply(left).address(), member.apply(right).address())) {
            for (long seed : DuelSetup.seeds(SEQUENCES)) {
                duel.playAndShrink(generator.draw(seed)).ifPresent(found -> reports.add(found.report()));
                if (reports.size() >= DIFFERENCES_MAX) {
                    break;
                }
            }
        }
        assertThat(String.join("\n", reports)).isEmpty();
    }
}
