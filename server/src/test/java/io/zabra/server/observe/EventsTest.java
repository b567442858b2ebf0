// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.observe;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.zabra.core.zab.ZabEvent;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventsTest {

    private record SnapshotWritten(long zxid, long bytes, String file) {}

    private record AuthFailed(
            InetSocketAddress address,
            String scheme,
            byte[] secret,
            @Nullable String user) {}

    private record Nested(SnapshotWritten inner, long sessionId) {}

    private final AtomicLong nowMs = new AtomicLong();
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger log = new LoggerContext().getLogger("test");
    private final Events events = new Events(log, nowMs::get);

    @BeforeEach
    void listen() {
        lines.start();
        log.addAppender(lines);
        log.setLevel(Level.INFO);
    }

    @Test
    void anEventIsOneLineAndOneCount() {
        events.info(new SnapshotWritten(0x1f, 4_096, "snapshot.1f"));
        events.warn(new SnapshotWritten(0x20, 1, "a b"));
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "SnapshotWritten zxid=0x1f bytes=4096 file=snapshot.1f",
                        "SnapshotWritten zxid=0x20 bytes=1 file=\"a b\"");
        assertThat(lines.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.INFO, Level.WARN);
        assertThat(events.counts()).isEqualTo(Map.of("SnapshotWritten", 2L));
    }

    @Test
    void allZxidsAreHexadecimal() {
        assertThat(Events.line(new ZabEvent.LeaderRefused(2, 0x100000003L, 0x200000003L, "ask")))
                .isEqualTo("LeaderRefused leader=2 zxid=0x100000003 committed=0x200000003 remedy=ask");
        assertThat(Events.line(new ZabEvent.LearnerForgot(2, 0x100000003L, 0x200000003L)))
                .isEqualTo("LearnerForgot sid=2 lastZxid=0x100000003 acknowledged=0x200000003");
    }

    @Test
    void bytesAreNeverWritten() {
        String line = Events.line(
                new AuthFailed(InetSocketAddress.createUnresolved("h", 1), "digest", "pa55".getBytes(), null));
        assertThat(line).isEqualTo("AuthFailed address=h/<unresolved>:1 scheme=digest secret=(4 bytes) user=none");
    }

    @Test
    void textOfClientsCannotForgeLines() {
        String line = Events.line(new SnapshotWritten(1, 2, "x\n2026 ERROR Fake a=\"1\"\u001b[31m\\"));
        assertThat(line)
                .isEqualTo("SnapshotWritten zxid=0x1 bytes=2 file=\"x\\n2026 ERROR Fake a=\\\"1\\\"\\u001b[31m\\\\\"");
        assertThat(Events.line(new SnapshotWritten(1, 2, "y".repeat(10_000)))).hasSizeLessThan(Events.TEXT_MAX + 100);
    }

    @Test
    void recordsWithinRecordsAreWrittenOut() {
        assertThat(Events.line(new Nested(new SnapshotWritten(1, 2, "f"), 0x1000016824b0019L)))
                .isEqualTo("Nested inner=(SnapshotWritten zxid=0x1 bytes=2 file=f) sessionId=0x1000016824b0019");
    }

    @Test
    void aFloodOfOneKindIsCountedButNotWrittenOut() {
        for (int i = 0; i < Events.LINES_MAX + 50; i++) {
            events.info(new SnapshotWritten(i, 0, "f"));
        }
        events.info(new Nested(new SnapshotWritten(1, 2, "f"), 3));
        assertThat(lines.list).hasSize(Events.LINES_MAX + 1);
        assertThat(events.counts()).containsEntry("SnapshotWritten", Events.LINES_MAX + 50L);
        nowMs.addAndGet(Events.WINDOW_MS);
        events.info(new SnapshotWritten(9, 0, "f"));
        events.info(new SnapshotWritten(10, 0, "f"));
        assertThat(lines.list.get(Events.LINES_MAX + 1).getFormattedMessage()).endsWith("file=f leftOut=50");
        assertThat(lines.list.get(Events.LINES_MAX + 2).getFormattedMessage()).endsWith("file=f");
    }

    @Test
    void theStackTraceFollowsAnError() {
        events.error(new SnapshotWritten(1, 2, "f"), new IllegalStateException("full"));
        assertThat(lines.list.getFirst().getThrowableProxy().getMessage()).isEqualTo("full");
    }
}
