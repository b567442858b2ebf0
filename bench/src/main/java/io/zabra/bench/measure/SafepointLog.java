// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.measure;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The stops of all threads that a JVM logs, those for a collection: the same measure for every collector.
///
/// A stop counts from the demand to stop until the threads may go on.
///
/// @param count how many
/// @param longestNs the longest one
/// @param totalNs all of them
public record SafepointLog(int count, long longestNs, long totalNs) {

    /// Makes a JVM write the log to its standard output.
    public static final String FLAG = "-Xlog:safepoint";

    private static final Pattern STOP = Pattern.compile("Safepoint \"([^\"]+)\".* Total: +(\\d+) ns");
    private static final Pattern COLLECTION = Pattern.compile("G1.*|GenCollect.*|Parallel.*|Serial.*|[XZ].*|.*Mark.*");

    public static SafepointLog of(List<String> lines) {
        int count = 0;
        long longestNs = 0;
        long totalNs = 0;
        for (String line : lines) {
            Matcher stop = STOP.matcher(line);
            if (stop.find() && COLLECTION.matcher(stop.group(1)).matches()) {
                long ns = Long.parseLong(stop.group(2));
                count++;
                longestNs = Math.max(longestNs, ns);
                totalNs += ns;
            }
        }
        return new SafepointLog(count, longestNs, totalNs);
    }
}
