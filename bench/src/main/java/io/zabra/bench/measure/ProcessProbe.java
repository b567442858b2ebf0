// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.measure;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Reads [ProcessSample]s of one server from Linux' `/proc` and, for its flushes, from `mntr`.
public final class ProcessProbe {

    /// Linux counts `/proc/<pid>/stat` times in ticks of 1/100 s on every platform that runs Java.
    private static final long TICK_NS = 10_000_000L;

    private static final String FLUSH_COUNT_KEY = "zk_cnt_fsynctime";

    private final Path process;
    private final InetSocketAddress server;

    public ProcessProbe(long pid, InetSocketAddress server) {
        this.process = Path.of("/proc", Long.toString(pid));
        this.server = server;
    }

    public ProcessSample sample() throws IOException {
        long flushes = flushes();
        long switches = 0;
        SortedMap<Long, Long> cpu = new TreeMap<>();
        for (Path thread : threads()) {
            try {
                cpu.put(
                        Long.parseLong(thread.getFileName().toString()),
                        onCpuNs(Files.readString(thread.resolve("schedstat"))));
                switches += switches(Files.readAllLines(thread.resolve("status")));
            } catch (NoSuchFileException _) {
                // The thread has ended between the listing and the reading.
            }
        }
        return new ProcessSample(
                tickCpuNs(Files.readString(process.resolve("stat"))),
                cpu,
                switches,
                residentBytes(Files.readAllLines(process.resolve("status"))),
                flushes);
    }

    private List<Path> threads() throws IOException {
        try (Stream<Path> tasks = Files.list(process.resolve("task"))) {
            return tasks.toList();
        }
    }

    private long flushes() {
        try {
            return FourLetter.mntr(server).getOrDefault(FLUSH_COUNT_KEY, -1.0).longValue();
        } catch (IOException _) {
            return -1;
        }
    }

    /// `utime` and `stime` of a `/proc/<pid>/stat` line; the command name in it may hold spaces and parentheses.
    static long tickCpuNs(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * TICK_NS;
    }

    /// The first number of a `schedstat` line: ns on CPU.
    static long onCpuNs(String schedstat) {
        return Long.parseLong(schedstat.trim().split(" ")[0]);
    }

    static long switches(List<String> status) {
        return status.stream()
                .filter(line -> line.contains("voluntary_ctxt_switches:"))
                .mapToLong(line ->
                        Long.parseLong(line.substring(line.indexOf(':') + 1).trim()))
                .sum();
    }

    static long residentBytes(List<String> status) {
        return status.stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                .sum();
    }
}
