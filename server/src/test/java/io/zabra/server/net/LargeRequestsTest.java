// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LargeRequestsTest {

    @Test
    void isOffBelowZero() {
        assertThat(new LargeRequests(-1, 1).isLarge(Integer.MAX_VALUE)).isFalse();
    }

    @Test
    void roomIsTakenAndGivenBack() {
        LargeRequests large = new LargeRequests(10, 30);
        assertThat(large.isLarge(10)).isFalse();
        assertThat(large.isLarge(11)).isTrue();
        assertThat(large.fits(30)).isTrue();
        assertThat(large.fits(31)).isFalse();
        assertThat(large.take(20)).isTrue();
        assertThat(large.fits(11)).isFalse();
        assertThat(large.take(11)).isFalse();
        assertThat(large.bytes()).as("a refused request takes none").isEqualTo(20);
        assertThat(large.take(10)).isTrue();
        large.give(20);
        assertThat(large.bytes()).isEqualTo(10);
    }
}
