// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.report;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.zabra.core.zab.ZabEvent;
import io.zabra.server.observe.Events;
import io.zabra.server.observe.Metrics;
import io.zabra.server.observe.Summary;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class EnsembleEventsTest {

    private static final long MS = 1_000_000;

    private final Metrics metrics = new Metrics();
    private long nowNs;
    private final EnsembleEvents events =
            new EnsembleEvents(new Events(LoggerFactory.getLogger("zabra.test"), () -> 0), metrics, () -> nowNs);

    @Test
    void countsElectionsAndHowLongTheyTook() {
        events.accept(new ZabEvent.Looking(0, 0));
        nowNs += 30 * MS;
        events.accept(new ZabEvent.Elected(1));
        nowNs += 20 * MS;
        events.accept(new ZabEvent.Following(1, 1, 0));
        nowNs += 1_000 * MS;
        events.accept(new ZabEvent.LeaderLost(1, "the connection is gone"));
        events.accept(new ZabEvent.Looking(1, 0));
        nowNs += 50 * MS;
        events.accept(new ZabEvent.Elected(2));
        nowNs += 10 * MS;
        events.accept(new ZabEvent.EpochBegun(2, 0));
        assertThat(metrics.counter("looking_count").value()).isEqualTo(2);
        assertThat(metrics.summary("election_time").totals()).isEqualTo(new Summary.Totals(40, 30, 50, 2, 80));
        assertThat(metrics.summary("unavailable_time").totals()).isEqualTo(new Summary.Totals(55, 50, 60, 2, 110));
    }

    @Test
    void ofThoseThatSayNothingOneIsToldInAWhile() {
        Logger logger = (Logger) LoggerFactory.getLogger("zabra.test");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        for (int i = 0; i < 3; i++) {
            events.accept(new ZabEvent.LearnerLost(-1, "it has been silent for 1 ms"));
            events.accept(new ZabEvent.LearnerLost(2, "the connection is gone"));
        }
        nowNs += 61_000 * MS;
        events.accept(new ZabEvent.LearnerLost(-1, "it has been silent for 1 ms"));
        logger.detachAppender(lines);
        assertThat(lines.list)
                .filteredOn(line -> line.getFormattedMessage().contains("sid=-1"))
                .hasSize(2);
        assertThat(lines.list).hasSize(5);
    }

    @Test
    void aLeaderThatAChangeOfMembersHasNamedIsNoLongElection() {
        events.accept(new ZabEvent.Looking(0, 0));
        events.accept(new ZabEvent.Elected(1));
        nowNs += 1_000 * MS;
        events.accept(new ZabEvent.LeaderLost(1, "server 2 leads the new members"));
        nowNs += 5 * MS;
        events.accept(new ZabEvent.Elected(2));
        assertThat(metrics.summary("election_time").totals().max()).isEqualTo(5);
    }
}
