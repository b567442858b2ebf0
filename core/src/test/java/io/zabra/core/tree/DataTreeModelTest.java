// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.tree;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.wire.data.Acl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// Random transactions, against a model that is too simple to be wrong in the same way.
class DataTreeModelTest {

    private static final TreeOptions OPTIONS = TreeOptions.extended();

    @Test
    void doesWhatTheModelDoes() {
        for (long seed = 1; seed <= 10; seed++) {
            RandomTxns txns = new RandomTxns(seed, seed % 2 == 0 ? 6 : 40);
            DataTree tree = DataTree.fresh(OPTIONS);
            List<String> events = new ArrayList<>();
            ChangeListener listener = recorder(events);
            for (int i = 0; i < 1200; i++) {
                RandomTxns.Drawn drawn = txns.next();
                tree.apply(drawn.header(), drawn.txn(), listener);
                assertThat(tree.lastZxid()).isEqualTo(drawn.header().zxid());
                if (i % 150 == 149) {
                    assertThat(events).as("seed %d after %d", seed, i).isEqualTo(txns.model.events);
                    assertSame(tree, txns.model);
                }
            }
        }
    }

    @Test
    void frozenViewsStandStill() {
        RandomTxns txns = new RandomTxns(77, 8);
        DataTree tree = DataTree.fresh(OPTIONS);
        List<FrozenTree> views = new ArrayList<>();
        List<Map<String, String>> dumps = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            RandomTxns.Drawn drawn = txns.next();
            tree.apply(drawn.header(), drawn.txn(), ChangeListener.NONE);
            if (i % 50 == 0) {
                FrozenTree view = tree.freeze();
                views.add(view);
                dumps.add(dump(view));
                assertThat(view.digest()).isEqualTo(txns.model.digest());
                assertThat(dump(view)).hasSize(view.nodeCount() - 1).isEqualTo(dump(txns.model));
            }
        }
        for (int i = 0; i < views.size(); i++) {
            assertThat(dump(views.get(i))).as("view %d", i).isEqualTo(dumps.get(i));
        }
        assertSame(tree, txns.model);
    }

    @Test
    void frozenViewsStandStillForAnotherThread() {
        RandomTxns txns = new RandomTxns(5, 50);
        DataTree tree = DataTree.fresh(OPTIONS);
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < 100; i++) {
                RandomTxns.Drawn drawn = txns.next();
                tree.apply(drawn.header(), drawn.txn(), ChangeListener.NONE);
            }
            Map<String, String> expected = dump(txns.model);
            FrozenTree view = tree.freeze();
            CompletableFuture<Integer> equalDumps = CompletableFuture.supplyAsync(() -> {
                int equal = 0;
                for (int i = 0; i < 30; i++) {
                    equal += dump(view).equals(expected) ? 1 : 0;
                }
                return equal;
            });
            for (int i = 0; i < 300; i++) {
                RandomTxns.Drawn drawn = txns.next();
                tree.apply(drawn.header(), drawn.txn(), ChangeListener.NONE);
            }
            assertThat(equalDumps.join()).isEqualTo(30);
            view.close();
        }
    }

    @Test
    void replayingEverythingOverTheEndChangesNothing() {
        for (long seed = 100; seed < 110; seed++) {
            RandomTxns txns = new RandomTxns(seed, 7);
            // Without the list a replay cannot know whose a node was: the reason why the list was introduced.
            txns.oldSessionEnds = false;
            DataTree tree = DataTree.fresh(OPTIONS);
            List<RandomTxns.Drawn> log = new ArrayList<>();
            for (int i = 0; i < 800; i++) {
                RandomTxns.Drawn drawn = txns.next();
                log.add(drawn);
                tree.apply(drawn.header(), drawn.txn(), ChangeListener.NONE);
            }
            DataTree restored = restored(tree.freeze());
            assertSame(restored, txns.model);
            log.forEach(drawn -> restored.replay(drawn.header(), drawn.txn()));
            assertSame(restored, txns.model);
        }
    }

    @Test
    void restoredTreesGoOnLikeTheirOriginals() {
        RandomTxns txns = new RandomTxns(4711, 12);
        DataTree tree = DataTree.fresh(OPTIONS);
        for (int i = 0; i < 2000; i++) {
            RandomTxns.Drawn drawn = txns.next();
            tree.apply(drawn.header(), drawn.txn(), ChangeListener.NONE);
            if (i % 100 == 0) {
                tree = restored(tree.freeze());
            }
        }
        assertSame(tree, txns.model);
    }

    private static DataTree restored(FrozenTree view) {
        Restore restore = DataTree.restore(OPTIONS);
        view.acls().forEach(row -> restore.acl(row.key(), row.acl()));
        view.walk((path, length, aclKey, node) ->
                restore.add(new String(path, 0, length, UTF_8), node.data(), aclKey, node.persisted()));
        return restore.finish(view.zxid());
    }

    private static void assertSame(DataTree tree, TreeModel model) {
        FrozenTree view = tree.freeze();
        Map<String, String> found = dump(view);
        Map<String, String> expected = dump(model);
        assertThat(found.keySet()).isEqualTo(expected.keySet());
        expected.forEach((path, node) -> assertThat(found.get(path)).as(path).isEqualTo(node));
        assertThat(tree.digest()).isEqualTo(model.digest());
        assertThat(tree.nodeCount()).isEqualTo(model.nodes.size() + 1);
        assertThat(tree.approximateDataSize()).isEqualTo(model.dataSize());
        int ephemerals = 0;
        for (long session : tree.ephemeralOwners()) {
            assertThat(tree.ephemerals(session)).isEqualTo(model.ephemerals(session));
            ephemerals += tree.ephemerals(session).size();
        }
        assertThat(tree.ephemeralCount()).isEqualTo(ephemerals);
        for (String path : model.nodes.keySet()) {
            Znode node = tree.find(path);
            assertThat(node).as(path).isNotNull();
            assertThat(node.stat()).as(path).isEqualTo(model.stat(path, OPTIONS));
            assertThat(new TreeSet<>(tree.children(node))).as(path).isEqualTo(model.children(path));
            assertThat(tree.find(path + "/no such node")).isNull();
        }
    }

    private static Map<String, String> dump(FrozenTree view) {
        Map<String, String> dump = new TreeMap<>();
        view.walk((path, length, aclKey, node) -> dump.put(
                Paths.string(path, length),
                describe(node.data(), view.acl(node), node.persisted().toString())));
        return dump;
    }

    private static Map<String, String> dump(TreeModel model) {
        Map<String, String> dump = new TreeMap<>();
        model.nodes.forEach((path, node) ->
                dump.put(path, describe(node.data, node.acl, node.persisted().toString())));
        return dump;
    }

    private static String describe(byte[] data, List<Acl> acl, String stat) {
        return (data == null ? "null" : data.length + ":" + Arrays.hashCode(data)) + " " + acl + " " + stat;
    }

    private static ChangeListener recorder(List<String> events) {
        return new ChangeListener() {
            @Override
            public void created(String path, List<Acl> acl, List<Acl> parentAcl) {
                events.add("created " + path + " " + acl + " " + parentAcl);
            }

            @Override
            public void deleted(String path, List<Acl> acl, List<Acl> parentAcl) {
                events.add("deleted " + path + " " + acl + " " + parentAcl);
            }

            @Override
            public void dataChanged(String path, List<Acl> acl) {
                events.add("changed " + path + " " + acl);
            }
        };
    }
}
