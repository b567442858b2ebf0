// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import io.zabra.core.auth.AccessControl;
import io.zabra.core.base.NodeConfig;
import io.zabra.core.effect.Meter;
import io.zabra.core.session.Client;
import io.zabra.core.session.Sessions;
import io.zabra.core.tree.DataTree;
import io.zabra.core.watch.WatchLimits;
import io.zabra.core.watch.Watcher;
import io.zabra.core.watch.Watches;

/// What the parts of a node share. Owned by the node.
final class NodeState {

    private final NodeConfig config;
    private final DataTree tree;
    private final Sessions sessions;
    private final Watches<Client> watches;
    private final WatchEvents events;
    private final AccessControl access;
    private final DigestHistory digests = new DigestHistory();
    private Input.Space diskSpace = Input.Space.AMPLE;
    private int waiting;

    NodeState(NodeConfig config, Restored restored, AccessControl access, Meter meter) {
        this.config = config;
        this.tree = restored.tree();
        this.sessions = new Sessions(config.sessions().tickMs());
        this.access = access;
        this.events = new WatchEvents(access, meter);
        NodeConfig.Limits limits = config.limits();
        this.watches =
                new Watches<>(events, WatchLimits.ofBytes(limits.watchBytesMax(), limits.watchBytesPerClientMax()));
        restored.sessions().forEach(sessions::establish);
    }

    NodeConfig config() {
        return config;
    }

    DataTree tree() {
        return tree;
    }

    Sessions sessions() {
        return sessions;
    }

    Watches<Client> watches() {
        return watches;
    }

    WatchEvents events() {
        return events;
    }

    AccessControl access() {
        return access;
    }

    /// The zxid of the last transaction that the tree holds.
    long lastApplied() {
        return tree.lastZxid();
    }

    DigestHistory digests() {
        return digests;
    }

    /// Whether writes are refused for want of disk space.
    boolean diskLow() {
        return diskSpace != Input.Space.AMPLE;
    }

    /// Whether nothing at all may be proposed for want of disk space.
    boolean diskFull() {
        return diskSpace == Input.Space.FULL;
    }

    void diskSpace(Input.Space space) {
        diskSpace = space;
    }

    /// How many requests wait in the queues of connections for the writes before them.
    int waiting() {
        return waiting;
    }

    void enqueue(Client client, Client.Waiting request) {
        client.enqueue(request);
        waiting++;
    }

    void dequeue(Client client) {
        client.dequeue();
        waiting--;
    }

    /// Ends a connection's part in the node: no more requests, no more watches.
    void end(Client client) {
        client.enter(Client.Phase.CLOSED);
        waiting -= client.waiting();
        client.dropWaiting();
        Watcher<Client> watcher = client.watcher();
        if (watcher != null) {
            client.watch(null);
            watches.leave(watcher);
        }
    }
}
