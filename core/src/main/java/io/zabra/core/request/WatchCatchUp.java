// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.request;

import io.zabra.core.session.Client;
import io.zabra.core.tree.DataTree;
import io.zabra.core.tree.Znode;
import io.zabra.core.watch.WatchKind;
import io.zabra.core.watch.Watcher;
import io.zabra.core.watch.Watches;
import io.zabra.wire.client.SetWatches2Request;
import io.zabra.wire.client.SetWatchesRequest;
import io.zabra.wire.client.WatcherEvent;
import io.zabra.wire.data.ErrorCode;
import java.util.List;

/// Registers the watches of a client that comes back, and tells it what it missed (`setWatches`). Catch-up events carry
/// no transaction id. If a limit forbids only one of the watches then the answer is THROTTLEDOP.
final class WatchCatchUp {

    private static final long NO_ZXID = -1;

    private final DataTree tree;
    private final Watches<Client> watches;
    private boolean refused;

    WatchCatchUp(DataTree tree, Watches<Client> watches) {
        this.tree = tree;
        this.watches = watches;
    }

    Answer run(Client client, SetWatchesRequest request) {
        refused = false;
        data(client, request.data(), request.relativeZxid());
        exist(client, request.exist());
        child(client, request.child(), request.relativeZxid());
        return refused ? Answer.failed(ErrorCode.THROTTLED_OP) : Answer.DONE;
    }

    Answer run(Client client, SetWatches2Request request) {
        refused = false;
        data(client, request.data(), request.relativeZxid());
        exist(client, request.exist());
        child(client, request.child(), request.relativeZxid());
        for (String path : request.persistent()) {
            register(client, WatchKind.PERSISTENT, path);
        }
        for (String path : request.persistentRecursive()) {
            register(client, WatchKind.PERSISTENT_RECURSIVE, path);
        }
        return refused ? Answer.failed(ErrorCode.THROTTLED_OP) : Answer.DONE;
    }

    private void data(Client client, List<String> paths, long seenZxid) {
        for (String path : paths) {
            Znode node = tree.find(path);
            if (node == null) {
                tell(client, WatcherEvent.NODE_DELETED, path);
            } else if (node.mzxid() > seenZxid) {
                tell(client, WatcherEvent.NODE_DATA_CHANGED, path);
            } else {
                register(client, WatchKind.DATA, path);
            }
        }
    }

    private void exist(Client client, List<String> paths) {
        for (String path : paths) {
            if (tree.find(path) != null) {
                tell(client, WatcherEvent.NODE_CREATED, path);
            } else {
                register(client, WatchKind.DATA, path);
            }
        }
    }

    private void child(Client client, List<String> paths, long seenZxid) {
        for (String path : paths) {
            Znode node = tree.find(path);
            if (node == null) {
                tell(client, WatcherEvent.NODE_DELETED, path);
            } else if (node.pzxid() > seenZxid) {
                tell(client, WatcherEvent.NODE_CHILDREN_CHANGED, path);
            } else {
                register(client, WatchKind.CHILD, path);
            }
        }
    }

    private static void tell(Client client, int type, String path) {
        client.link().event(NO_ZXID, new WatcherEvent(type, WatcherEvent.SYNC_CONNECTED, path));
    }

    private void register(Client client, WatchKind kind, String path) {
        Watcher<Client> watcher = client.watcher();
        refused |= watcher == null || !watches.add(watcher, kind, path);
    }
}
