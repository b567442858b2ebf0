// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.report;

import com.sun.management.UnixOperatingSystemMXBean;
import io.zabra.core.node.Node;
import io.zabra.core.tree.QuotaView;
import io.zabra.server.net.ClientListener;
import io.zabra.server.observe.Metrics;
import java.lang.management.ManagementFactory;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/// The figures that are looked up when somebody asks. Those of the node are plain reads of its fields: whoever is not
/// its owner may see a value that is a moment old.
public final class ServerGauges {

    private ServerGauges() {}

    public static void register(Metrics metrics, Node node, ClientListener listener) {
        long startedMs = System.currentTimeMillis();
        metrics.gauge("znode_count", () -> node.tree().nodeCount());
        metrics.gauge("watch_count", () -> node.watches().count());
        metrics.gauge("zabra_watch_bytes", () -> node.watches().bytes());
        metrics.gauge("zabra_watch_bytes_limit", () -> node.watches().bytesMax());
        metrics.gauge("ephemerals_count", () -> node.tree().ephemeralCount());
        metrics.gauge("approximate_data_size", () -> node.tree().approximateDataSize());
        metrics.gauge("global_sessions", () -> node.sessions().established().size());
        metrics.gauge("local_sessions", () -> node.sessions().localCount());
        metrics.gauge("num_alive_connections", () -> listener.connections().size());
        metrics.gauge("outstanding_requests", node::outstanding);
        metrics.gauge("uptime", () -> System.currentTimeMillis() - startedMs);
        // Those of the quotas walk through the tree: only the owner of the node may show them.
        metrics.gaugeSet(
                "quota_count_limit_per_namespace",
                () -> quotas(node, quota -> limit(quota.countHard(), quota.countSoft())));
        metrics.gaugeSet(
                "quota_bytes_limit_per_namespace",
                () -> quotas(node, quota -> limit(quota.bytesHard(), quota.bytesSoft())));
        metrics.gaugeSet("quota_count_usage_per_namespace", () -> quotas(node, QuotaView::count));
        metrics.gaugeSet("quota_bytes_usage_per_namespace", () -> quotas(node, QuotaView::bytes));
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            metrics.gauge("open_file_descriptor_count", system::getOpenFileDescriptorCount);
            metrics.gauge("max_file_descriptor_count", system::getMaxFileDescriptorCount);
        }
    }

    /// A value of all quotas, added up by the first part of the paths that they are for.
    private static SortedMap<String, Long> quotas(Node node, ToLongFunction<QuotaView> value) {
        SortedMap<String, Long> sums = new TreeMap<>();
        for (QuotaView quota : node.tree().quotas()) {
            int end = quota.root().indexOf('/', 1);
            String namespace = quota.root().substring(1, end < 0 ? quota.root().length() : end);
            sums.merge(namespace, value.applyAsLong(quota), Long::sum);
        }
        return sums;
    }

    private static long limit(long hard, long soft) {
        return hard > -1 ? hard : soft;
    }
}
