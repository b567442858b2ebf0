// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlaceTest {

    private static final int MASK = 0xFFF;

    @Test
    void namesThatCollideWithOneKeyDoNotWithAnother() {
        List<String> chosen = new ArrayList<>();
        for (int i = 0; chosen.size() < 100; i++) {
            String path = "/name-" + i;
            if ((hash(path, 1) & MASK) == 0) {
                chosen.add(path);
            }
        }
        assertThat(chosen.stream().map(path -> hash(path, 2) & MASK).distinct().count())
                .isGreaterThan(80);
    }

    private static int hash(String path, long seed) {
        return Place.of(7, path, 1, path.length(), seed).hash();
    }
}
