// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Limits or usage of a subtree, as they are stored below `/zookeeper/quota`: pairs such as `count=5,bytes=-1`, where
/// -1 means none.
final class Quota {

    static final String ROOT = "/zookeeper/quota";
    static final String LIMITS_NODE = "zookeeper_limits";

    static final String COUNT = "count";
    static final String BYTES = "bytes";
    static final String COUNT_HARD = "countHardLimit";
    static final String BYTES_HARD = "byteHardLimit";

    private final SortedMap<String, Long> values = new TreeMap<>();

    /// Where the limits of a path are stored.
    static String limits(String path) {
        return ROOT + path + "/" + LIMITS_NODE;
    }

    /// Where the server stores the usage of a path.
    static String usage(String path) {
        return ROOT + path + "/zookeeper_stats";
    }

    /// No limits, all of them said.
    static Quota unlimited() {
        Quota quota = new Quota();
        for (String key : new String[] {COUNT, BYTES, COUNT_HARD, BYTES_HARD}) {
            quota.set(key, -1);
        }
        return quota;
    }

    /// The usage of a subtree before the server has counted it.
    static Quota nothingUsed() {
        Quota quota = new Quota();
        quota.set(COUNT, 0);
        quota.set(BYTES, 0);
        return quota;
    }

    static Quota parse(byte @Nullable [] data) throws ShellFailure {
        Quota quota = new Quota();
        String text = data == null ? "" : new String(data, UTF_8);
        for (String pair : text.split("[,;]+")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                quota.set(pair.substring(0, equals), number(text, pair.substring(equals + 1)));
            }
        }
        return quota;
    }

    private static long number(String whole, String text) throws ShellFailure {
        // The old pairs end with a `=` that keeps old servers from reading on.
        String digits = text.endsWith("=") ? text.substring(0, text.length() - 1) : text;
        try {
            return digits.isEmpty() ? -1 : Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new ShellFailure("Not a quota: " + whole);
        }
    }

    long value(String key) {
        return values.getOrDefault(key, -1L);
    }

    void set(String key, long value) {
        values.put(key, value);
    }

    /// True if a soft or a hard limit of this kind is below what is used.
    boolean isBelow(String soft, String hard, long used) {
        return isLimitBelow(value(soft), used) || isLimitBelow(value(hard), used);
    }

    private static boolean isLimitBelow(long limit, long used) {
        return limit > -1 && limit < used;
    }

    byte[] bytes() {
        return toString().getBytes(UTF_8);
    }

    /// `count` and `bytes` first; the others behind a sign that makes old servers stop reading.
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append(COUNT).append('=').append(value(COUNT)).append(',');
        text.append(BYTES).append('=').append(value(BYTES));
        StringBuilder others = new StringBuilder();
        values.forEach((key, value) -> {
            if (!key.equals(COUNT) && !key.equals(BYTES)) {
                others.append(';').append(key).append('=').append(value);
            }
        });
        return others.isEmpty()
                ? text.toString()
                : text.append('=').append(others).toString();
    }
}
