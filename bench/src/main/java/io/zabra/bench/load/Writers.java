// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.load;

import io.zabra.wire.client.Request;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.HdrHistogram.Histogram;

/// Clients that write all the time and move to another server when theirs is gone: what a fault does to them is told by
/// the times between their successful writes.
public final class Writers implements AutoCloseable {

    /// Writes that a client must have sent and seen answered after a fault before that fault counts as survived.
    private static final int WRITES_AFTER = 5;

    private static final Duration DEADLINE = Duration.ofSeconds(90);
    private static final long LOOK_EACH_NS = 10_000_000;

    private final List<RetryingWriter> writers = new ArrayList<>();

    /// `count` clients, the first of them on the servers in turn; each repeats the request of its number.
    public Writers(List<InetSocketAddress> servers, int count, IntFunction<Request> request) {
        for (int i = 0; i < count; i++) {
            writers.add(new RetryingWriter(servers, i, request.apply(i)));
        }
    }

    /// What clients tell others about the time that they ask for.
    public static int sessionTimeoutMs() {
        return RetryingWriter.SESSION_TIMEOUT_MS;
    }

    /// Forgets the writes until now.
    public void forget() {
        writers.forEach(RetryingWriter::forget);
    }

    /// Waits until each client has written again after `faultNs`, and tells how long none could.
    public Outage survived(long faultNs) throws IOException {
        long deadlineNs = System.nanoTime() + DEADLINE.toNanos();
        while (!writers.stream().allMatch(writer -> writesAgain(writer, faultNs))) {
            if (System.nanoTime() > deadlineNs) {
                throw new IOException("not all clients write again " + DEADLINE.toSeconds() + " s after the fault");
            }
            LockSupport.parkNanos(LOOK_EACH_NS);
        }
        var each = Tally.latencyHistogram();
        List<RetryingWriter.Write> all = new ArrayList<>();
        for (RetryingWriter writer : writers) {
            List<RetryingWriter.Write> writes = writer.writes();
            each.recordValue(RetryingWriter.longestGapNs(writes, faultNs));
            all.addAll(writes);
        }
        all.sort(Comparator.comparingLong(RetryingWriter.Write::answeredNs));
        return new Outage(RetryingWriter.longestGapNs(all, faultNs), each);
    }

    private static boolean writesAgain(RetryingWriter writer, long faultNs) {
        return writer.writes().stream()
                        .filter(write -> write.sentNs() > faultNs)
                        .count()
                >= WRITES_AFTER;
    }

    /// Sessions that were lost so far.
    public int lostSessions() {
        return writers.stream()
                .mapToInt(writer -> Math.max(0, writer.sessions() - 1))
                .sum();
    }

    @Override
    public void close() {
        try {
            for (RetryingWriter writer : writers) {
                writer.stop();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// What a fault did.
    ///
    /// @param allNs the longest time in which no client at all had a successful write
    /// @param each the longest time between two successful writes of each client, in ns
    public record Outage(long allNs, Histogram each) {}
}
