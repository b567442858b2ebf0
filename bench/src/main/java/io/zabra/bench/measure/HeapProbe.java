// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Asks a JVM with `jcmd` how much it really holds. Needs a JDK of about the version of the server's.
public final class HeapProbe {

    private static final Pattern HISTOGRAM_TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)\\s*$");
    private static final Pattern NATIVE_TOTAL = Pattern.compile("Total: reserved=(?:\\d+)KB,? committed=(\\d+)KB");
    private static final Pattern NATIVE_HEAP = Pattern.compile("Java Heap \\(reserved=(?:\\d+)KB,? committed=(\\d+)KB");

    private final Path jdk;
    private final long pid;

    public HeapProbe(Path jdk, long pid) {
        this.jdk = jdk;
        this.pid = pid;
    }

    /// Bytes of all reachable objects: `GC.class_histogram` collects everything else first, whatever the collector.
    public long liveBytes() throws IOException {
        jcmd("GC.run");
        return liveBytes(jcmd("GC.class_histogram"));
    }

    /// Committed memory outside the Java heap, or -1 if the JVM was started without native memory tracking.
    public long nativeBytes() throws IOException {
        return nativeBytes(jcmd("VM.native_memory", "summary"));
    }

    static long liveBytes(String histogram) throws IOException {
        Matcher total = HISTOGRAM_TOTAL.matcher(histogram);
        if (!total.find()) {
            throw new IOException("no total in the class histogram: "
                    + histogram.lines().findFirst().orElse(""));
        }
        return Long.parseLong(total.group(1));
    }

    static long nativeBytes(String summary) {
        Matcher total = NATIVE_TOTAL.matcher(summary);
        Matcher heap = NATIVE_HEAP.matcher(summary);
        if (!total.find() || !heap.find()) {
            return -1;
        }
        return (Long.parseLong(total.group(1)) - Long.parseLong(heap.group(1))) * 1024;
    }

    private String jcmd(String... arguments) throws IOException {
        String[] command = new String[arguments.length + 2];
        command[0] = jdk.resolve("bin/jcmd").toString();
        command[1] = Long.toString(pid);
        System.arraycopy(arguments, 0, command, 2, arguments.length);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
