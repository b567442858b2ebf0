// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.server.config.ServerConfig.Pauses;
import io.zabra.server.observe.Events;
import io.zabra.server.observe.Metrics;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class PauseWatchTest {

    private final Metrics metrics = new Metrics();
    private final Events events = new Events(LoggerFactory.getLogger("zabra.test"), () -> 0);
    private final AtomicLong nowMs = new AtomicLong();
    private long pauseMs;
    private final PauseWatch watch = new PauseWatch(
            new Pauses(true, 500, 1_000, 10_000),
            metrics,
            events,
            () -> nowMs.get() * 1_000_000,
            ms -> nowMs.addAndGet(ms + pauseMs));

    @Test
    void whatASleepTakesLongerIsAPause() throws Exception {
        watch.look();
        pauseMs = 1_000;
        watch.look();
        assertThat(events.counts()).isEmpty();
        pauseMs = 1_001;
        watch.look();
        assertThat(events.counts()).containsEntry("ProcessPaused", 1L);
        pauseMs = 20_000;
        watch.look();
        assertThat(events.counts()).containsEntry("ProcessPaused", 2L);
        var values = new TreeMap<String, Number>();
        metrics.forEach(values::put);
        assertThat(values).containsEntry("cnt_jvm_pause_time_ms", 4L).containsEntry("sum_jvm_pause_time_ms", 22_001L);
    }

    @Test
    void stopsWhenItIsClosed() throws Exception {
        var real = new PauseWatch(new Pauses(true, 1, 1_000, 10_000), metrics, events);
        real.start();
        assertThat(real.close(10_000)).isTrue();
    }
}
