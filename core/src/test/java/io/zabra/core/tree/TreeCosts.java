// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.tree;

import io.zabra.core.base.Prng;
import io.zabra.core.watch.WatchKind;
import io.zabra.core.watch.WatchLimits;
import io.zabra.core.watch.WatchSink;
import io.zabra.core.watch.Watcher;
import io.zabra.core.watch.Watches;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.StatPersisted;
import io.zabra.wire.txn.CreateTxn;
import io.zabra.wire.txn.DeleteTxn;
import io.zabra.wire.txn.SetDataTxn;
import io.zabra.wire.txn.Txn;
import io.zabra.wire.txn.TxnHeader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;

/// Prints what a million znodes and a million watches cost in memory and time; run by hand, not a test. Give the JVM
/// `-XX:+UseCompactObjectHeaders`, as the server's.
public final class TreeCosts {

    static final int CHILDREN = 1000;
    private static final int NODES = 1_000_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final long ZXID = 0x3_0000_0000L;

    private TreeCosts() {}

    public static void main(String[] args) {
        for (int round = 0; round < 3; round++) {
            nodes();
            oneDirectory();
            watches();
        }
    }

    /// 44 characters.
    static String path(int number) {
        return parent(number / CHILDREN) + String.format("/node-%019d", number % CHILDREN);
    }

    static String parent(int number) {
        return String.format("/parent-%011d", number);
    }

    static DataTree build(int nodes) {
        byte[] data = new byte[100];
        DataTree fresh = DataTree.fresh(TreeOptions.defaults());
        Restore restore = DataTree.restore(TreeOptions.defaults());
        FrozenTree view = fresh.freeze();
        view.acls().forEach(row -> restore.acl(row.key(), row.acl()));
        view.walk((path, length, aclKey, node) ->
                restore.add(length == 0 ? "" : Paths.string(path, length), node.data(), aclKey, node.persisted()));
        long timeMs = 1_700_000_000_000L;
        for (int i = 0; i < nodes; i++) {
            StatPersisted stat = new StatPersisted(ZXID + i, ZXID + i, timeMs + i, timeMs + i, 0, 0, 0, 0, ZXID + i);
            if (i % CHILDREN == 0) {
                restore.add(parent(i / CHILDREN), data, -1, stat);
            }
            restore.add(path(i), data, -1, stat);
        }
        return restore.finish(ZXID + nodes);
    }

    static long usedBytes() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static void nodes() {
        long before = usedBytes();
        DataTree tree = build(NODES);
        System.out.printf("bytes per znode %.1f%n", (usedBytes() - before) / (double) NODES);
        List<String> paths = new ArrayList<>();
        Prng random = new Prng(1);
        for (int i = 0; i < 200_000; i++) {
            paths.add(path(random.below(NODES)));
        }
        time("find", paths.size(), () -> {
            for (String path : paths) {
                if (tree.find(path).stat().version() < 0) {
                    throw new AssertionError(path);
                }
            }
        });
        long[] zxid = {tree.lastZxid()};
        byte[] data = new byte[100];
        time("set data", paths.size(), () -> {
            for (String path : paths) {
                apply(tree, zxid, OpCode.SET_DATA, new SetDataTxn(path, data, 1));
            }
        });
        time("create, delete", 2 * paths.size(), () -> {
            for (String path : paths) {
                apply(tree, zxid, OpCode.CREATE, new CreateTxn(path + "-new", data, Acl.OPEN, false, -1));
                apply(tree, zxid, OpCode.DELETE, new DeleteTxn(path + "-new"));
            }
        });
        FrozenTree view = tree.freeze();
        time("set data after a freeze", paths.size(), () -> {
            for (String path : paths) {
                apply(tree, zxid, OpCode.SET_DATA, new SetDataTxn(path, data, 1));
            }
        });
        long[] sum = new long[1];
        time("walk", NODES, () -> view.walk((path, length, aclKey, node) -> sum[0] += node.dataLength() + length));
        StatPersisted stat = new StatPersisted(ZXID, ZXID, 1, 1, 0, 0, 0, 0, ZXID);
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 200_000; i++) {
            if (i % CHILDREN == 0) {
                all.add(parent(i / CHILDREN));
            }
            all.add(path(i));
        }
        time("restore", all.size(), () -> {
            Restore restore = DataTree.restore(TreeOptions.defaults());
            restore.add("", null, -1, stat);
            for (String path : all) {
                restore.add(path, data, -1, stat);
            }
            restore.finish(1);
        });
        Znode parent = tree.find(parent(7));
        time("encode 1000 children", 1000, () -> {
            Listings listings = new Listings(0);
            for (int i = 0; i < 1000; i++) {
                sum[0] += listings.encoded(parent.branch).length;
            }
        });
    }

    private static void oneDirectory() {
        DataTree tree = DataTree.fresh(TreeOptions.defaults());
        long[] zxid = {1};
        apply(tree, zxid, OpCode.CREATE, new CreateTxn("/d", null, Acl.OPEN, false, -1));
        byte[] data = new byte[100];
        long longestNs = 0;
        long startNs = System.nanoTime();
        for (int i = 0; i < NODES; i++) {
            if (i % 100_000 == 99_999) {
                tree.freeze();
            }
            long fromNs = THREADS.getCurrentThreadCpuTime();
            apply(tree, zxid, OpCode.CREATE, new CreateTxn("/d/n" + i, data, Acl.OPEN, false, -1));
            longestNs = Math.max(longestNs, THREADS.getCurrentThreadCpuTime() - fromNs);
        }
        System.out.printf(
                "one directory: %d ns a create, longest %d us of CPU, with freezes%n",
                (System.nanoTime() - startNs) / NODES, longestNs / 1000);
    }

    private static void watches() {
        WatchSink<Integer> sink = new WatchSink<>() {
            @Override
            public boolean mayRead(Integer client, List<Acl> acl) {
                return true;
            }

            @Override
            public void event(Integer client, int type, String path) {}
        };
        long before = usedBytes();
        Watches<Integer> watches = new Watches<>(sink, WatchLimits.ofBytes(Long.MAX_VALUE, Long.MAX_VALUE), 1);
        List<Watcher<Integer>> watchers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            watchers.add(watches.join(i));
        }
        time("add watch", NODES, () -> {
            for (int i = 0; i < NODES; i++) {
                watches.add(watchers.get(i % 100), WatchKind.DATA, path(i)); // Half of this time is making the path.
            }
        });
        System.out.printf("bytes per watch %.1f%n", (usedBytes() - before) / (double) NODES);
        List<String> paths = new ArrayList<>();
        for (int i = 0; i < 200_000; i++) {
            paths.add(path(i));
        }
        time("fire watch", paths.size(), () -> {
            for (String path : paths) {
                watches.dataChanged(path, Acl.OPEN);
            }
        });
        time("fire nothing", paths.size(), () -> {
            for (String path : paths) {
                watches.dataChanged(path, Acl.OPEN);
            }
        });
        time("leave", watches.count(), () -> watchers.forEach(watches::leave));
    }

    private static void apply(DataTree tree, long[] zxid, OpCode op, Txn txn) {
        zxid[0]++;
        tree.apply(new TxnHeader(1, 1, zxid[0], 1_700_000_000_000L, op.number()), txn, ChangeListener.NONE);
    }

    private static void time(String what, int count, Runnable work) {
        // CPU time of this thread: others on the machine do not disturb it.
        long startNs = THREADS.getCurrentThreadCpuTime();
        work.run();
        System.out.printf("%s: %d ns%n", what, (THREADS.getCurrentThreadCpuTime() - startNs) / count);
    }
}
