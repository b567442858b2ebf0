// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// What a reader must know of the machine to judge results: processors, kernel, JDK, heap, and what one flush of the
/// disk costs.
final class Environment {

    private static final int FLUSHES = 200;
    private static final int FLUSHED_BYTES = 256;

    private Environment() {}

    static Map<String, String> describe(Path work, Path jdk, String heap, List<String> jvmFlags) throws IOException {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("when", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        facts.put("processor", Runtime.getRuntime().availableProcessors() + " x " + processor());
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("jdk", jdkVersion(jdk));
        facts.put("heap", heap);
        if (!jvmFlags.isEmpty()) {
            facts.put("jvm flags", String.join(" ", jvmFlags));
        }
        Files.createDirectories(work);
        facts.put("disk", work + " (" + Files.getFileStore(work).type() + "), " + flushCost(work));
        facts.put("load", load());
        return facts;
    }

    private static String processor() throws IOException {
        Path info = Path.of("/proc/cpuinfo");
        if (!Files.exists(info)) {
            return System.getProperty("os.arch");
        }
        try (Stream<String> lines = Files.lines(info)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        }
    }

    private static String jdkVersion(Path jdk) throws IOException {
        Path release = jdk.resolve("release");
        if (!Files.exists(release)) {
            return jdk.toString();
        }
        try (Stream<String> lines = Files.lines(release)) {
            return lines.filter(line -> line.startsWith("JAVA_RUNTIME_VERSION"))
                    .map(line -> line.substring(line.indexOf('=') + 1).replace("\"", ""))
                    .findFirst()
                    .orElse(jdk.toString());
        }
    }

    /// Others at work on the machine show here.
    private static String load() throws IOException {
        Path load = Path.of("/proc/loadavg");
        return Files.exists(load) ? Files.readString(load).trim() : "unknown";
    }

    private static String flushCost(Path work) throws IOException {
        Path file = Files.createTempFile(work, "zabra-bench-flush-", ".tmp");
        long[] costsNs = new long[FLUSHES];
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int i = 0; i < FLUSHES; i++) {
                long startNs = System.nanoTime();
                channel.write(ByteBuffer.allocate(FLUSHED_BYTES));
                channel.force(false);
                costsNs[i] = System.nanoTime() - startNs;
            }
        } finally {
            Files.deleteIfExists(file);
        }
        Arrays.sort(costsNs);
        return String.format(
                Locale.ROOT,
                "append and flush p50 %.2f ms, p99 %.2f ms",
                costsNs[FLUSHES / 2] / 1e6,
                costsNs[FLUSHES * 99 / 100] / 1e6);
    }
}
