// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.runtime;

import com.sun.management.UnixOperatingSystemMXBean;
import io.zabra.core.node.Node;
import io.zabra.server.net.ClientListener;
import io.zabra.server.observe.Metrics;
import java.lang.management.ManagementFactory;

/// The figures that are looked up when somebody asks. Those of the node are plain reads of its fields: whoever is not
/// its owner may see a value that is a moment old.
final class ServerGauges {

    private ServerGauges() {}

    static void register(Metrics metrics, Node node, ClientListener listener) {
        long startedMs = System.currentTimeMillis();
        metrics.gauge("znode_count", () -> node.tree().nodeCount());
        metrics.gauge("watch_count", () -> node.watches().count());
        metrics.gauge("zabra_watch_bytes", () -> node.watches().bytes());
        metrics.gauge("zabra_watch_bytes_limit", () -> node.watches().bytesMax());
        metrics.gauge("ephemerals_count", () -> node.tree().ephemeralCount());
        metrics.gauge("approximate_data_size", () -> node.tree().approximateDataSize());
        metrics.gauge("global_sessions", () -> node.sessions().count());
        metrics.gauge("num_alive_connections", () -> listener.connections().size());
        metrics.gauge("outstanding_requests", node::outstanding);
        metrics.gauge("uptime", () -> System.currentTimeMillis() - startedMs);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            metrics.gauge("open_file_descriptor_count", system::getOpenFileDescriptorCount);
            metrics.gauge("max_file_descriptor_count", system::getMaxFileDescriptorCount);
        }
    }
}
