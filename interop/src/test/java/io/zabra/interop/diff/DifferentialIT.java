// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.diff;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.interop.diff.Generator.Theme;
import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.Product;
import io.zabra.interop.process.RunningServer;
import io.zabra.interop.process.ServerSetup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: no client can tell Zabra from Apache ZooKeeper, whatever it sends.
/// Method: thousands of random plans, each played on both; a plan that tells them apart is shrunk and shown.
/// `-Dzabra.seed=N` plays one plan again, `-Dzabra.sequences=N` changes their number.
/// Before Zabra is judged, the harness itself is: Apache against Apache must be all equal.
class DifferentialIT {

    private static final int SEQUENCES = 1_500;
    private static final int CHECK_SEQUENCES = 150;
    private static final int DIFFERENCES_MAX = 5;

    @TempDir
    Path directory;

    @Test
    void apacheAgreesWithItself() {
        duel(Product.APACHE, plain(), Theme.PLAIN, CHECK_SEQUENCES);
    }

    @Test
    void apacheAgreesWithItselfOnQuotasAndTtl() {
        duel(Product.APACHE, extended(), Theme.QUOTAS, CHECK_SEQUENCES);
    }

    @Test
    @OnZabra
    void zabraAgreesWithApache() {
        duel(Product.ZABRA, plain(), Theme.PLAIN, SEQUENCES);
    }

    @Test
    @OnZabra
    void zabraAgreesWithApacheOnQuotasAndTtl() {
        duel(Product.ZABRA, extended(), Theme.QUOTAS, SEQUENCES);
    }

    /// The defaults, but for timers that would act by themselves.
    private ServerSetup plain() {
        return DuelSetup.quiet(directory.resolve("left"));
    }

    private ServerSetup extended() {
        return plain().withConfig("extendedTypesEnabled", "true").withConfig("enforceQuota", "true");
    }

    private void duel(Product right, ServerSetup setup, Theme theme, int sequences) {
        var generator = new Generator(theme);
        var reports = new ArrayList<String>();
        try (RunningServer left = setup.start();
                RunningServer other =
                        setup.as(right, directory.resolve("right")).start();
                Duel duel = DuelSetup.between(left.address(), other.address())) {
            for (long seed : DuelSetup.seeds(sequences)) {
                Optional<Duel.Difference> difference = duel.playAndShrink(generator.draw(seed));
                difference.ifPresent(d -> reports.add(d.report()));
                if (reports.size() >= DIFFERENCES_MAX) {
                    break;
                }
            }
        }
        assertThat(String.join("\n", reports)).isEmpty();
    }
}
