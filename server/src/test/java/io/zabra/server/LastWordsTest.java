// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zabra.server.observe.Events;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LastWordsTest {

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final AtomicBoolean ended = new AtomicBoolean();

    private LastWords lastWords(Events events) {
        return new LastWords(events, new PrintStream(err, true, StandardCharsets.UTF_8), () -> ended.set(true));
    }

    @Test
    void theCauseIsAnEventAndThenTheProcessEnds() {
        Events events = new Events(LoggerFactory.getLogger("zabra.test"), () -> 0);
        lastWords(events).accept(new IllegalStateException("for a test"));
        assertThat(events.counts()).containsEntry("ServerFailed", 1L);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualToIgnoringNewLines(
                        "error: the server has to stop: java.lang.IllegalStateException: for a test");
        assertThat(ended).isTrue();
    }

    @Test
    void itEndsAlsoWhenNothingCanBeSaid() {
        Events mute = new Events(LoggerFactory.getLogger("zabra.test"), () -> {
            throw new OutOfMemoryError("for a test");
        });
        assertThatThrownBy(() -> lastWords(mute).accept(new IllegalStateException("for a test")))
                .isInstanceOf(OutOfMemoryError.class);
        assertThat(ended).isTrue();
    }
}
