// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

import io.zabra.wire.txn.ErrorTxn;
import io.zabra.wire.txn.LoggedTxn;
import io.zabra.wire.txn.MultiTxn;
import io.zabra.wire.txn.Txn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.Adler32;

/// What was committed, from the transaction logs of all members, read without the product's code. The format is
/// Apache's.
///
/// Logs are looked at while members run, for one that gets a snapshot throws its log away. Each transaction has one
/// that was before it in the log of the leader who proposed it, and so in all logs, but for those that a snapshot has
/// left out: servers of Apache's go on in the same file behind one. From the last one of all, when members have come
/// together, the way leads back to the first one. What a leader proposed and nobody took is not on it.
final class Journal implements AutoCloseable {

    private static final int FILE_HEADER_BYTES = 16;
    private static final int RECORD_HEADER_BYTES = 12;
    private static final int LOOK_MS = 200;

    private final List<Path> dataDirs;
    private final Map<Long, byte[]> entries = new HashMap<>();
    private final Map<Long, Long> before = new HashMap<>();

    /// Where a file begins: what was in the file before may have been given up for a snapshot.
    private final Map<Long, Long> beforeFile = new HashMap<>();

    /// What was read of a file when it was last read.
    private record Seen(String state, long last) {}

    private final Map<Path, Seen> seen = new HashMap<>();
    private final Thread looking;
    private volatile boolean closed;

    Journal(List<Path> dataDirs) {
        this.dataDirs = dataDirs;
        looking = Thread.ofPlatform().name("journal").start(this::watch);
    }

    private void watch() {
        while (!closed) {
            long begin = System.nanoTime();
            look();
            // Long logs take long to read.
            long tookMs = (System.nanoTime() - begin) / 1_000_000;
            try {
                Thread.sleep(Math.max(LOOK_MS, 4 * tookMs));
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /// Reads all logs.
    synchronized long look() {
        long last = 0;
        for (Path dataDir : dataDirs) {
            long previous = 0;
            for (Path log : logs(dataDir)) {
                previous = readOnce(log, previous);
            }
            last = Math.max(last, previous);
        }
        return last;
    }

    /// All that was committed, by zxid; all members must have come together.
    synchronized List<LoggedTxn> committed() {
        List<LoggedTxn> committed = new ArrayList<>();
        long at = look();
        while (at != 0) {
            committed.add(LoggedTxn.read(Objects.requireNonNull(entries.get(at))));
            at = Objects.requireNonNull(before.getOrDefault(at, beforeFile.get(at)));
        }
        return committed.reversed();
    }

    private static List<Path> logs(Path dataDir) {
        try (Stream<Path> files = Files.list(dataDir.resolve("version-2"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("log."))
                    .sorted((a, b) -> Long.compareUnsigned(first(a), first(b)))
                    .toList();
        } catch (IOException notThereYet) {
            return List.of();
        }
    }

    private static long first(Path log) {
        return Long.parseUnsignedLong(log.getFileName().toString().substring("log.".length()), 16);
    }

    /// As [#read], but for a file that has not changed since it was read.
    private long readOnce(Path log, long lastOfOthers) {
        String state = state(log);
        Seen before = seen.get(log);
        if (before != null && before.state.equals(state)) {
            return before.last;
        }
        long last = read(log, lastOfOthers);
        seen.put(log, new Seen(state, last));
        return last;
    }

    private static String state(Path log) {
        try {
            return Files.getLastModifiedTime(log) + " " + Files.size(log);
        } catch (IOException gone) {
            return "";
        }
    }

    /// Reads until the log ends or is torn. The last zxid.
    private long read(Path log, long lastOfOthers) {
        ByteBuffer in = bytes(log);
        long last = lastOfOthers;
        boolean first = true;
        in.position(Math.min(FILE_HEADER_BYTES, in.limit()));
        while (in.remaining() > RECORD_HEADER_BYTES) {
            long checksum = in.getLong();
            int length = in.getInt();
            if (length <= 0 || length >= in.remaining()) {
                return last;
            }
            byte[] entry = new byte[length];
            in.get(entry);
            in.get();
            Adler32 sum = new Adler32();
            sum.update(entry);
            if (sum.getValue() != checksum) {
                return last;
            }
            last = add(entry, first, last);
            first = false;
        }
        return last;
    }

    private long add(byte[] entry, boolean firstOfFile, long previous) {
        // Digests of trees are there or not, as the member got the transaction.
        LoggedTxn txn = LoggedTxn.read(entry);
        byte[] bytes = new LoggedTxn(txn.header(), plain(txn.txn()), null).encode();
        long zxid = txn.header().zxid();
        byte[] known = entries.putIfAbsent(zxid, bytes);
        if (known != null && !Arrays.equals(known, bytes)) {
            throw new IllegalStateException("two transactions have one zxid: " + LoggedTxn.read(known) + " and " + txn);
        }
        if (previous < zxid) {
            if (firstOfFile) {
                beforeFile.put(zxid, previous);
            } else {
                before.merge(zxid, previous, Math::max);
            }
        }
        return Math.max(zxid, previous);
    }

    /// Empty where the file has gone.
    private static ByteBuffer bytes(Path log) {
        try {
            return ByteBuffer.wrap(Files.readAllBytes(log));
        } catch (IOException gone) {
            return ByteBuffer.allocate(0);
        }
    }

    /// Of a multi that failed only that is left: Apache's leaders log its parts otherwise than their followers.
    private static Txn plain(Txn txn) {
        boolean failed = txn instanceof MultiTxn multi && multi.failed();
        return failed ? new MultiTxn(List.of(new MultiTxn.Op(-1, new ErrorTxn(-1)))) : txn;
    }

    @Override
    public void close() {
        closed = true;
        looking.interrupt();
    }
}
