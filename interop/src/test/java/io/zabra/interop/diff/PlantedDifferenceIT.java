// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.diff;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.interop.diff.Generator.Theme;
import io.zabra.interop.process.Product;
import io.zabra.interop.process.RunningServer;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Goal: the differential tests find what they are for.
/// Method: one of two Apache servers is made to lie; that must be found soon, and told by a short plan.
class PlantedDifferenceIT {

    private static final int PLANS_MAX = 300;
    private static final int STEPS_MAX = 8;

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void aLieIsFoundAndToldShortly(Lie.Kind kind) throws Exception {
        var setup = DuelSetup.quiet(directory.resolve("left"));
        try (RunningServer left = setup.start();
                RunningServer right =
                        setup.as(Product.APACHE, directory.resolve("right")).start();
                Lie lie = new Lie(kind, right.address());
                Duel duel = new Duel(
                        new Player(left.address(), left.address()), new Player(lie.address(), right.address()))) {
            var generator = new Generator(Theme.PLAIN);
            Optional<Duel.Difference> found = Optional.empty();
            for (long seed = 1; seed <= PLANS_MAX && found.isEmpty(); seed++) {
                found = duel.playAndShrink(generator.draw(seed));
            }
            assertThat(found).isPresent();
            assertThat(found.get().plan().steps()).hasSizeLessThanOrEqualTo(STEPS_MAX);
        }
    }
}
