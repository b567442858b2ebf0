// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.node.Input;
import io.zabra.core.node.Input.Space;
import io.zabra.server.config.ServerConfig;
import io.zabra.server.net.IdleInbox;
import io.zabra.server.net.NodeInbox;
import io.zabra.server.observe.Events;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class DiskWatchTest {

    private static final long MB = 1 << 20;

    private final List<Space> told = new ArrayList<>();
    private final Events events = new Events(LoggerFactory.getLogger("zabra.test"), () -> 0);
    private long usable = 1_000 * MB;
    private boolean broken;
    private final DiskWatch watch = new DiskWatch(new ServerConfig.Reserve(256 * MB, 384 * MB), this::measured, events);

    private long measured() throws IOException {
        if (broken) {
            throw new IOException("broken, for a test");
        }
        return usable;
    }

    private void free(long megabytes) {
        usable = megabytes * MB;
        watch.measure();
    }

    @Test
    void eachMarkEndsHigherThanItBegins() {
        watch.start(inbox());
        for (long megabytes : new long[] {257, 255, 300, 383, 385, 255, 33, 31, 60, 65, 31, 500}) {
            free(megabytes);
        }
        assertThat(told)
                .containsExactly(Space.LOW, Space.AMPLE, Space.LOW, Space.FULL, Space.LOW, Space.FULL, Space.AMPLE);
    }

    @Test
    void theFirstMeasureComesBeforeTheFirstSecond() {
        usable = 0;
        watch.start(inbox());
        assertThat(told).containsExactly(Space.FULL);
    }

    @Test
    void whatTheLogWritesIsMeasuredAtOnce() {
        watch.start(inbox());
        usable = 100 * MB;
        watch.used((int) (7 * MB));
        assertThat(told).isEmpty();
        watch.used((int) MB);
        assertThat(told).containsExactly(Space.LOW);
    }

    @Test
    void aLogThatWaitsCountsAsAFullDiskWhateverIsMeasured() {
        watch.start(inbox());
        watch.none(new IOException("no space, for a test"));
        watch.measure();
        assertThat(told).containsExactly(Space.FULL);
        watch.found();
        assertThat(told).containsExactly(Space.FULL, Space.AMPLE);
    }

    @Test
    void aDiskThatCannotBeMeasuredIsToldOnceAndChangesNothing() {
        watch.start(inbox());
        free(100);
        broken = true;
        watch.measure();
        watch.measure();
        assertThat(told).containsExactly(Space.LOW);
        assertThat(events.counts()).containsEntry("DiskCheckFailed", 1L);
    }

    private NodeInbox inbox() {
        return new IdleInbox() {
            @Override
            public void offer(Input input) {
                told.add(((Input.DiskSpace) input).space());
            }
        };
    }
}
