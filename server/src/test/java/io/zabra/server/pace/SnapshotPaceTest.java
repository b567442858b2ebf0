// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.pace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SnapshotPaceTest {

    private static final int PIECE = 256 << 10;
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final FakeTimer timer = new FakeTimer();

    @Test
    void restsThreeTimesAsLongAsItWorks() throws IOException {
        write(200L << 20, MS);
        assertThat(timer.restedNs).isCloseTo(3 * timer.workedNs, withPercentage(1));
    }

    @Test
    void restsTheMoreTheSlowerThePiecesGo() throws IOException {
        var pace = new SnapshotPace(1 << 20, timer);
        timer.work(2 * MS);
        pace.moved(PIECE);
        assertThat(timer.restedNs).isEqualTo(6 * MS);
        timer.work(4 * MS);
        pace.moved(PIECE);
        assertThat(timer.restedNs).isEqualTo(18 * MS);
    }

    @Test
    void putsOffRestsThatAreTooShortToBeWorthIt() throws IOException {
        var pace = new SnapshotPace(1 << 20, timer);
        for (int i = 0; i < 6; i++) {
            timer.work(MS / 100);
            pace.moved(10_000);
            assertThat(timer.restedNs).isZero();
        }
        timer.work(MS / 100);
        pace.moved(10_000);
        assertThat(timer.restedNs).isEqualTo(21 * MS / 100);
    }

    @Test
    void aPieceThatHangsIsNotPaidForInFull() throws IOException {
        var pace = new SnapshotPace(1 << 30, timer);
        pace.moved(400 << 20);
        timer.work(2 * SECOND);
        pace.moved(PIECE);
        assertThat(timer.restedNs).isEqualTo(SnapshotPace.REST_NS_MAX);
    }

    @Test
    void aLargeTreeEndsInTimeThoughItsPiecesAreSlow() throws IOException {
        long bytes = 10L << 30;
        write(bytes, 3 * MS);
        long limitNs = SnapshotPace.LIMIT_NS_MIN + 2 * bytes / SnapshotPace.BYTES_A_SECOND_MIN * SECOND;
        assertThat(timer.nowNs()).isLessThanOrEqualTo(limitNs + 3 * MS);
        assertThat(timer.restedNs).isPositive();
    }

    @Test
    void aDiskThatIsTooSlowForTheLimitGetsNoRest() throws IOException {
        write(1 << 30, 20 * MS);
        assertThat(timer.restedNs).isLessThan(timer.workedNs / 100);
    }

    @Test
    void aSnapshotThatBecomesLongerThanExpectedGoesOnAfterItsLimit() throws IOException {
        var pace = new SnapshotPace(0, timer);
        timer.work(SnapshotPace.LIMIT_NS_MIN + 1);
        pace.moved(PIECE);
        assertThat(timer.restedNs).isZero();
    }

    private void write(long bytes, long pieceNs) throws IOException {
        var pace = new SnapshotPace(bytes, timer);
        for (long at = 0; at < 2 * bytes; at += PIECE) {
            timer.work(pieceNs);
            pace.moved(PIECE);
        }
    }

    private static final class FakeTimer implements SnapshotPace.Timer {

        private long workedNs;
        private long restedNs;

        void work(long ns) {
            workedNs += ns;
        }

        @Override
        public long nowNs() {
            return workedNs + restedNs;
        }

        @Override
        public void rest(long ns) {
            restedNs += ns;
        }
    }
}
