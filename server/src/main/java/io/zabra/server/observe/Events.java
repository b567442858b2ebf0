// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.observe;

import java.lang.reflect.RecordComponent;
import java.util.Collections;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/// Turns events into log lines and counts, so that the two can never disagree.
///
/// An event is a record whose name says what happened and whose components say the rest: `SnapshotWritten(long zxid,
/// long bytes, long tookMs)` becomes `SnapshotWritten zxid=0x1f bytes=4096 tookMs=12`. Zxids and session ids are
/// written in hexadecimal; byte arrays by their length only, so that no data, password or token of a client can get
/// into the log; text that could be mistaken for several words, or that holds control characters, is quoted. A kind of
/// event that comes too often is counted and logged again after a while with the number left out.
///
/// Any thread may tell events.
public final class Events {

    /// Components that are zxids, though their names do not say so.
    private static final Set<String> ZXIDS = Set.of("committed", "acknowledged");

    /// Lines of one kind of event in one [#WINDOW_MS].
    static final int LINES_MAX = 100;

    static final long WINDOW_MS = 10_000;

    /// Text of clients is cut after this many characters.
    static final int TEXT_MAX = 500;

    private final Logger log;
    private final LongSupplier clockMs;
    private final ConcurrentHashMap<Class<?>, Kind> kinds = new ConcurrentHashMap<>();

    /// Events that go to `log`.
    ///
    /// @param clockMs a clock that does not go backwards, in milliseconds
    public Events(Logger log, LongSupplier clockMs) {
        this.log = log;
        this.clockMs = clockMs;
    }

    public void info(Record event) {
        tell(Level.INFO, event);
    }

    public void warn(Record event) {
        tell(Level.WARN, event);
    }

    /// Tells an event after which the server does not work as it should.
    public void error(Record event) {
        tell(Level.ERROR, event);
    }

    /// Tells an event with the exception behind it, whose stack trace follows the line.
    public void error(Record event, Throwable cause) {
        Kind kind = count(event);
        if (kind.admit(clockMs.getAsLong())) {
            log.error(line(event) + kind.omitted(), cause);
        }
    }

    /// Counts the event and logs it.
    public void tell(Level level, Record event) {
        Kind kind = count(event);
        if (log.isEnabledForLevel(level) && kind.admit(clockMs.getAsLong())) {
            log.atLevel(level).log(line(event) + kind.omitted());
        }
    }

    /// How often each event has been told, by name.
    public SortedMap<String, Long> counts() {
        var counts = new TreeMap<String, Long>();
        kinds.forEach((type, kind) -> counts.merge(type.getSimpleName(), kind.count(), Long::sum));
        return Collections.unmodifiableSortedMap(counts);
    }

    private Kind count(Record event) {
        Kind kind = kinds.computeIfAbsent(event.getClass(), type -> new Kind());
        kind.increment();
        return kind;
    }

    /// The line of an event without time and level.
    static String line(Record event) {
        var line = new StringBuilder(event.getClass().getSimpleName());
        for (RecordComponent component : event.getClass().getRecordComponents()) {
            line.append(' ').append(component.getName()).append('=');
            append(component, event, line);
        }
        return line.toString();
    }

    private static void append(RecordComponent component, Record event, StringBuilder line) {
        Object value;
        try {
            component.getAccessor().setAccessible(true);
            value = component.getAccessor().invoke(event);
        } catch (ReflectiveOperationException unreadable) {
            value = "?";
        }
        switch (value) {
            case null -> line.append("none");
            case byte[] bytes -> line.append('(').append(bytes.length).append(" bytes)");
            case Long number
            when isHexadecimal(component.getName()) -> line.append("0x").append(Long.toHexString(number));
            case Number number -> line.append(number);
            case Record inner -> line.append('(').append(line(inner)).append(')');
            default -> quote(value.toString(), line);
        }
    }

    private static boolean isHexadecimal(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith("zxid") || lower.endsWith("sessionid") || ZXIDS.contains(lower);
    }

    private static void quote(String text, StringBuilder line) {
        boolean plain = !text.isEmpty() && text.length() <= TEXT_MAX;
        for (int i = 0; plain && i < text.length(); i++) {
            char c = text.charAt(i);
            plain = c > ' ' && c != '"' && c != '=' && c != '\\' && !Character.isISOControl(c);
        }
        if (plain) {
            line.append(text);
            return;
        }
        line.append('"');
        for (int i = 0; i < Math.min(text.length(), TEXT_MAX); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                line.append('\\').append(c);
            } else if (c == '\n') {
                line.append("\\n");
            } else if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                line.append(String.format("\\u%04x", (int) c));
            } else {
                line.append(c);
            }
        }
        line.append(text.length() > TEXT_MAX ? "...\"" : "\"");
    }

    /// Count and rate limit of one kind of event.
    private static final class Kind {

        private long count;
        private long windowFromMs = Long.MIN_VALUE;
        private int lines;
        private long left;
        private long leftBefore;

        synchronized void increment() {
            count++;
        }

        synchronized long count() {
            return count;
        }

        synchronized boolean admit(long nowMs) {
            if (windowFromMs == Long.MIN_VALUE || nowMs - windowFromMs >= WINDOW_MS) {
                windowFromMs = nowMs;
                lines = 0;
                leftBefore += left;
                left = 0;
            }
            if (lines >= LINES_MAX) {
                left++;
                return false;
            }
            lines++;
            return true;
        }

        /// What to write behind the first line after some were left out.
        synchronized String omitted() {
            if (leftBefore == 0) {
                return "";
            }
            String text = " leftOut=" + leftBefore;
            leftBefore = 0;
            return text;
        }
    }
}
