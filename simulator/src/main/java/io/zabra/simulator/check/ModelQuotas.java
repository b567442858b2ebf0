// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.check;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The quotas of the reference model: after each transaction the use is counted anew where anything has changed, and
/// remembered, since the server judges a write by what was applied when it came in. Quotas within quotas are left out.
final class ModelQuotas {

    private static final String BELOW = "/zookeeper/quota";
    private static final String LIMITS = "/zookeeper_limits";
    private static final String STATS = "/zookeeper_stats";

    private record Quota(long countHard, long bytesHard, long count, long bytes) {}

    private final TreeMap<Long, Map<String, Quota>> history = new TreeMap<>();
    /// What has changed since the last count: what lies elsewhere need not be counted again.
    private final List<String> touched = new ArrayList<>();

    /// Notes that a znode comes, goes, or gets other data.
    void touch(String path) {
        if (!history.isEmpty()) {
            touched.add(path);
        }
    }

    /// Counts what is there after a transaction, and puts it where clients can read it.
    void count(long zxid, SortedMap<String, ModelNode> nodes) {
        if (history.isEmpty() && below(BELOW, nodes).isEmpty()) {
            // As in most lives: there never was one.
            return;
        }
        Map<String, Quota> quotas = new TreeMap<>();
        for (Map.Entry<String, ModelNode> entry : below(BELOW, nodes).entrySet()) {
            String path = entry.getKey();
            if (path.endsWith(LIMITS)) {
                String root = path.substring(BELOW.length(), path.length() - LIMITS.length());
                if (nodes.containsKey(BELOW + root + STATS)) {
                    Quota before = history.isEmpty()
                            ? null
                            : history.lastEntry().getValue().get(root);
                    boolean same = before != null && touched.stream().noneMatch(each -> concerns(each, root));
                    quotas.put(root, same ? before : quota(root, text(entry.getValue()), nodes));
                }
            }
        }
        touched.clear();
        quotas.forEach((root, quota) -> {
            ModelNode stats = nodes.get(BELOW + root + STATS);
            if (stats != null) {
                String use = "count=" + quota.count + ",bytes=" + quota.bytes;
                stats.data = use.getBytes(StandardCharsets.UTF_8);
            }
        });
        if (history.isEmpty() || !history.lastEntry().getValue().equals(quotas)) {
            history.put(zxid, quotas);
        }
    }

    /// Whether a hard limit forbids the write of somebody who came in when `appliedZxid` was applied.
    boolean refuses(long appliedZxid, String path, int countDelta, int bytesDelta) {
        Map.Entry<Long, Map<String, Quota>> then = history.floorEntry(appliedZxid);
        if (then == null) {
            return false;
        }
        history.headMap(then.getKey()).clear();
        for (Map.Entry<String, Quota> entry : then.getValue().entrySet()) {
            if (isWithin(path, entry.getKey())) {
                Quota quota = entry.getValue();
                boolean tooMany = countDelta != 0 && quota.countHard >= 0 && quota.count + countDelta > quota.countHard;
                boolean tooMuch = bytesDelta != 0 && quota.bytesHard >= 0 && quota.bytes + bytesDelta > quota.bytesHard;
                return tooMany || tooMuch;
            }
        }
        return false;
    }

    private static SortedMap<String, ModelNode> below(String root, SortedMap<String, ModelNode> nodes) {
        return nodes.subMap(root + "/", root + (char) ('/' + 1));
    }

    private static Quota quota(String root, String limits, SortedMap<String, ModelNode> nodes) {
        long count = 0;
        long bytes = 0;
        for (ModelNode node : below(root, nodes).values()) {
            count++;
            bytes += node.dataLength();
        }
        ModelNode top = nodes.get(root);
        if (top != null) {
            count++;
            bytes += top.dataLength();
        }
        return new Quota(value(limits, "countHardLimit="), value(limits, "byteHardLimit="), count, bytes);
    }

    private static boolean concerns(String path, String root) {
        return isWithin(path, root) || isWithin(path, BELOW);
    }

    private static boolean isWithin(String path, String root) {
        return path.equals(root) || path.startsWith(root + "/");
    }

    private static long value(String limits, String key) {
        int at = limits.indexOf(key);
        if (at < 0) {
            return -1;
        }
        int from = at + key.length();
        int to = limits.indexOf(';', from);
        return Long.parseLong(limits.substring(from, to < 0 ? limits.length() : to));
    }

    private static String text(ModelNode node) {
        return node.data == null ? "" : new String(node.data, StandardCharsets.UTF_8);
    }
}
