// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import io.zabra.core.base.Prng;
import io.zabra.core.tree.ChangeListener;
import io.zabra.core.tree.DataTree;
import io.zabra.core.tree.FrozenTree;
import io.zabra.core.tree.TreeOptions;
import io.zabra.storage.stream.Compression;
import io.zabra.wire.data.Acl;
import io.zabra.wire.txn.CloseSessionTxn;
import io.zabra.wire.txn.CreateSessionTxn;
import io.zabra.wire.txn.CreateTxn;
import io.zabra.wire.txn.DeleteTxn;
import io.zabra.wire.txn.ErrorTxn;
import io.zabra.wire.txn.LoggedTxn;
import io.zabra.wire.txn.SetDataTxn;
import io.zabra.wire.txn.Txn;
import io.zabra.wire.txn.TxnDigest;
import io.zabra.wire.txn.TxnHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// A server in small: makes valid transactions, applies them to its tree, and knows what the tree was after each.
final class History {

    private final Prng random;
    private final DataTree tree;
    private final SortedMap<Long, Integer> sessions = new TreeMap<>();
    private final List<String> paths = new ArrayList<>();
    /// The tree's digest after each zxid from 0 on.
    private final List<Long> digests = new ArrayList<>();
    private int made;
    private long zxid;

    History(long seed) {
        this(seed, DataTree.fresh(TreeOptions.defaults()), 0);
    }

    private History(long seed, DataTree tree, long zxid) {
        this.random = new Prng(seed);
        this.tree = tree;
        this.zxid = zxid;
        digests.add(tree.digest());
    }

    long zxid() {
        return zxid;
    }

    long digestAt(long at) {
        return digests.get((int) at);
    }

    LoggedTxn next() {
        int choice = random.below(10);
        long session = 0x100 + random.below(3);
        zxid++;
        Txn txn = switch (choice) {
            case 0 -> new CreateSessionTxn(4_000 + random.below(1_000));
            case 1 -> new CloseSessionTxn(tree.ephemerals(session));
            case 2 -> new ErrorTxn(-101);
            case 3, 4 -> paths.isEmpty() ? new ErrorTxn(-101) : change();
            default -> create(choice == 5 && sessions.containsKey(session));
        };
        TxnHeader header = new TxnHeader(session, (int) zxid, zxid, 1_000_000 + zxid, type(txn));
        tree.apply(header, txn, ChangeListener.NONE);
        if (txn instanceof CreateSessionTxn created) {
            sessions.put(session, created.timeoutMs());
        } else if (txn instanceof CloseSessionTxn) {
            sessions.remove(session);
            paths.removeIf(path -> tree.find(path) == null);
        }
        digests.add(tree.digest());
        return new LoggedTxn(header, txn, txn instanceof ErrorTxn ? null : new TxnDigest(2, tree.digest()));
    }

    private Txn change() {
        String path = paths.get(random.below(paths.size()));
        var node = tree.find(path);
        if (random.chance(30)) {
            paths.remove(path);
            return new DeleteTxn(path);
        }
        return new SetDataTxn(path, new byte[random.below(60)], node.version() + 1);
    }

    private Txn create(boolean ephemeral) {
        String path = "/n" + made++;
        paths.add(path);
        byte[] data = random.chance(10) ? null : new byte[random.below(100)];
        return new CreateTxn(path, data, Acl.OPEN, ephemeral, tree.find("/").creations() + 1);
    }

    private static int type(Txn txn) {
        return switch (txn) {
            case CreateSessionTxn _ -> -10;
            case CloseSessionTxn _ -> -11;
            case ErrorTxn _ -> -1;
            case DeleteTxn _ -> 2;
            case SetDataTxn _ -> 5;
            default -> 1;
        };
    }

    /// Appends and syncs `count` transactions, several to a sync.
    void write(TxnLog log, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            LoggedTxn txn = next();
            log.append(zxid, txn.encode());
            if (random.chance(40)) {
                log.sync();
            }
        }
        log.sync();
    }

    void snapshot(Disk disk) throws IOException {
        try (FrozenTree frozen = tree.freeze()) {
            new Snapshots(disk, Compression.NONE).write(new SnapshotImage(frozen, sessions), Snapshots.Pace.FULL);
        }
    }

    SortedMap<Long, Integer> sessions() {
        return sessions;
    }
}
