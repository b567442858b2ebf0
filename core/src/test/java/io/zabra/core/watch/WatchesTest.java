// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.watch;

import static io.zabra.wire.client.WatcherEvent.NODE_CHILDREN_CHANGED;
import static io.zabra.wire.client.WatcherEvent.NODE_CREATED;
import static io.zabra.wire.client.WatcherEvent.NODE_DATA_CHANGED;
import static io.zabra.wire.client.WatcherEvent.NODE_DELETED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zabra.core.base.InvariantViolation;
import io.zabra.wire.data.Acl;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Each row of the table of rules, one by one; `RandomWatchesTest` mixes them.
class WatchesTest {

    private static final List<Acl> CLOSED = List.of();

    private final List<String> events = new ArrayList<>();
    private final Watches<String> watches =
            new Watches<>(new Recorder(events), WatchLimits.ofBytes(Long.MAX_VALUE, Long.MAX_VALUE), 1);
    private final Watcher<String> a = watches.join("a");
    private final Watcher<String> b = watches.join("b");

    @Test
    void createTellsTheDataWatchesOfTheNodeThenTheChildWatchesOfTheParent() {
        watches.add(a, WatchKind.CHILD, "/p");
        watches.add(a, WatchKind.DATA, "/p/n");
        watches.add(b, WatchKind.DATA, "/p");
        watches.add(b, WatchKind.CHILD, "/p/n");

        created("/p/n");

        assertEvents("a " + NODE_CREATED + " /p/n", "a " + NODE_CHILDREN_CHANGED + " /p");
        assertThat(watches.count()).isEqualTo(2);
        created("/p/n");
        assertEvents();
    }

    @Test
    void topLevelNodesHaveTheRootAsParent() {
        watches.add(a, WatchKind.CHILD, "/");
        watches.add(b, WatchKind.DATA, "/");

        created("/n");
        assertEvents("a " + NODE_CHILDREN_CHANGED + " /");
        watches.dataChanged("/", Acl.OPEN);
        assertEvents("b " + NODE_DATA_CHANGED + " /");
    }

    @Test
    void setDataTellsTheDataWatchesOnce() {
        watches.add(a, WatchKind.DATA, "/n");
        watches.add(a, WatchKind.DATA, "/n");
        watches.add(b, WatchKind.CHILD, "/n");

        watches.dataChanged("/n", Acl.OPEN);
        watches.dataChanged("/n", Acl.OPEN);

        assertEvents("a " + NODE_DATA_CHANGED + " /n");
    }

    @Test
    void deleteTellsBothTablesOfTheNodeButEachClientOnce() {
        watches.add(a, WatchKind.DATA, "/p/n");
        watches.add(a, WatchKind.CHILD, "/p/n");
        watches.add(b, WatchKind.CHILD, "/p/n");
        watches.add(b, WatchKind.CHILD, "/p");

        deleted("/p/n");

        assertEvents(
                "a " + NODE_DELETED + " /p/n", "b " + NODE_DELETED + " /p/n", "b " + NODE_CHILDREN_CHANGED + " /p");
        assertThat(watches.count()).isZero();
    }

    @Test
    void persistentWatchesGetAllFourKindsAndStay() {
        watches.add(a, WatchKind.PERSISTENT, "/p");
        for (int i = 0; i < 2; i++) {
            created("/p");
            watches.dataChanged("/p", Acl.OPEN);
            created("/p/c");
            deleted("/p/c");
            deleted("/p");
            assertEvents(
                    "a " + NODE_CREATED + " /p",
                    "a " + NODE_DATA_CHANGED + " /p",
                    "a " + NODE_CHILDREN_CHANGED + " /p",
                    "a " + NODE_CHILDREN_CHANGED + " /p",
                    "a " + NODE_DELETED + " /p");
        }
    }

    @Test
    void recursiveWatchesGetRealPathsAndNeverChildrenChanged() {
        watches.add(a, WatchKind.PERSISTENT_RECURSIVE, "/p");
        for (int i = 0; i < 2; i++) {
            created("/p");
            created("/p/c");
            watches.dataChanged("/p/c/d", Acl.OPEN);
            deleted("/p/c/d");
            created("/px");
            created("/q");
            assertEvents(
                    "a " + NODE_CREATED + " /p",
                    "a " + NODE_CREATED + " /p/c",
                    "a " + NODE_DATA_CHANGED + " /p/c/d",
                    "a " + NODE_DELETED + " /p/c/d");
        }
    }

    @Test
    void recursiveWatchOnTheRootHearsOfEverything() {
        watches.add(a, WatchKind.PERSISTENT_RECURSIVE, "/");
        created("/x");
        watches.dataChanged("/", Acl.OPEN);
        deleted("/x/y");
        assertEvents("a " + NODE_CREATED + " /x", "a " + NODE_DATA_CHANGED + " /", "a " + NODE_DELETED + " /x/y");
    }

    @Test
    void oneEventAClientHoweverManyWatchesMatch() {
        watches.add(a, WatchKind.DATA, "/p/n");
        watches.add(a, WatchKind.PERSISTENT, "/p/n");
        watches.add(a, WatchKind.PERSISTENT_RECURSIVE, "/p/n");
        watches.add(a, WatchKind.PERSISTENT_RECURSIVE, "/p");
        watches.add(a, WatchKind.PERSISTENT_RECURSIVE, "/");

        watches.dataChanged("/p/n", Acl.OPEN);
        assertEvents("a " + NODE_DATA_CHANGED + " /p/n");
        deleted("/p/n");
        assertEvents("a " + NODE_DELETED + " /p/n");
    }

    @Test
    void eventsThatMayNotBeSeenAreDroppedAndUseTheWatchUp() {
        watches.add(a, WatchKind.DATA, "/p/n");
        watches.add(a, WatchKind.CHILD, "/p");
        watches.add(a, WatchKind.CHILD, "/p/n");

        watches.deleted("/p/n", CLOSED, Acl.OPEN);

        assertEvents("a " + NODE_CHILDREN_CHANGED + " /p");
        assertThat(watches.count()).isZero();
    }

    @Test
    void removalTakesOnlyItsKind() {
        for (WatchKind kind : WatchKind.values()) {
            watches.add(a, kind, "/n");
        }
        assertThat(watches.count()).isEqualTo(2);
        assertRemoves(WatchRemoval.DATA);
        assertRemoves(WatchRemoval.CHILDREN);
        assertRemoves(WatchRemoval.PERSISTENT_RECURSIVE);
        assertThat(watches.has(a, WatchRemoval.ANY, "/n")).isTrue();
        assertRemoves(WatchRemoval.PERSISTENT);
        assertThat(watches.has(a, WatchRemoval.ANY, "/n")).isFalse();
        assertThat(watches.count()).isZero();

        watches.add(a, WatchKind.PERSISTENT, "/n");
        watches.add(a, WatchKind.CHILD, "/n");
        watches.add(b, WatchKind.DATA, "/n");
        assertRemoves(WatchRemoval.ANY);
        assertThat(watches.count()).isEqualTo(1);
        assertEvents();
    }

    @Test
    void numbersOfRemovalsAreThoseOfTheProtocol() {
        assertThat(WatchRemoval.of(1)).isEqualTo(WatchRemoval.CHILDREN);
        assertThat(WatchRemoval.of(2)).isEqualTo(WatchRemoval.DATA);
        assertThat(WatchRemoval.of(3)).isEqualTo(WatchRemoval.ANY);
        assertThat(WatchRemoval.of(4)).isEqualTo(WatchRemoval.PERSISTENT);
        assertThat(WatchRemoval.of(5)).isEqualTo(WatchRemoval.PERSISTENT_RECURSIVE);
        assertThat(WatchRemoval.of(0)).isNull();
        assertThat(WatchRemoval.of(6)).isNull();
    }

    @Test
    void watchesEndWithTheirClient() {
        watches.add(a, WatchKind.DATA, "/n");
        watches.add(a, WatchKind.PERSISTENT, "/m");
        watches.add(b, WatchKind.DATA, "/n");

        watches.leave(a);
        assertThatThrownBy(() -> watches.leave(a)).isInstanceOf(InvariantViolation.class);
        Watcher<String> c = watches.join("c");
        watches.dataChanged("/n", Acl.OPEN);
        watches.dataChanged("/m", Acl.OPEN);

        assertEvents("b " + NODE_DATA_CHANGED + " /n");
        assertThat(c.count()).isZero();
        assertThat(watches.clients()).isEqualTo(2);
    }

    @Test
    void malformedPathsCanBeWatchedInVain() {
        for (String path : List.of("", "n", "/", "//", "/n/", "a/b")) {
            assertThat(watches.add(a, WatchKind.DATA, path)).isTrue();
            assertThat(watches.has(a, WatchRemoval.DATA, path)).as(path).isTrue();
        }
        assertThat(watches.paths(a)).containsExactlyInAnyOrder("", "n", "/", "//", "/n/", "a/b");
        created("/n");
        assertEvents();
    }

    @Test
    void limitsRefuseFurtherWatches() {
        Watches<String> few = new Watches<>(new Recorder(events), new WatchLimits(6, 4, 1 << 20, 1 << 20), 1);
        Watcher<String> first = few.join("first");
        assertThat(few.add(first, WatchKind.PERSISTENT, "/1")).isTrue();
        assertThat(few.add(first, WatchKind.DATA, "/2")).isTrue();
        assertThat(few.add(first, WatchKind.DATA, "/3"))
                .as("room for two is needed")
                .isFalse();
        Watcher<String> second = few.join("second");
        assertThat(few.add(second, WatchKind.DATA, "/1")).isTrue();
        assertThat(few.add(second, WatchKind.DATA, "/2")).isTrue();
        assertThat(few.add(second, WatchKind.DATA, "/3")).isFalse();
        few.leave(first);
        assertThat(few.add(second, WatchKind.DATA, "/3")).isTrue();
    }

    @Test
    void longPathsFillTheMemoryThatWatchesMayTake() {
        Watches<String> small = new Watches<>(new Recorder(events), WatchLimits.ofBytes(80_000, 50_000), 1);
        Watcher<String> first = small.join("first");
        int added = addUntilRefused(small, first);
        assertThat(added).isEqualTo(3);
        assertThat(small.add(first, WatchKind.DATA, "/short"))
                .as("there is room for small ones")
                .isTrue();
        assertThat(small.bytes()).isBetween(10_000L * added, 11_000L * added);

        Watcher<String> second = small.join("second");
        Watcher<String> third = small.join("third");
        assertThat(addUntilRefused(small, second)).isEqualTo(3);
        assertThat(addUntilRefused(small, third))
                .as("all together have no more room")
                .isZero();
        assertThat(small.bytes()).isLessThan(80_000);

        small.created("/00/" + "x".repeat(10_000), Acl.OPEN, Acl.OPEN);
        assertThat(small.add(first, WatchKind.CHILD, "/00/" + "y".repeat(5_000)))
                .as("one has fired")
                .isTrue();
        small.leave(first);
        small.leave(second);
        assertThat(small.bytes()).isLessThan(100);
        assertThat(addUntilRefused(small, third)).isEqualTo(3);
    }

    private static int addUntilRefused(Watches<String> small, Watcher<String> watcher) {
        int added = 0;
        while (small.add(watcher, WatchKind.DATA, "/" + watcher.id + added + "/" + "x".repeat(10_000))) {
            added++;
        }
        return added;
    }

    @Test
    void reportsListTheDataTable() {
        watches.add(a, WatchKind.DATA, "/x/1");
        watches.add(a, WatchKind.CHILD, "/x/2");
        watches.add(b, WatchKind.PERSISTENT_RECURSIVE, "/x/1");
        watches.add(b, WatchKind.PERSISTENT, "/größe");

        assertThat(watches.summary()).isEqualTo(new WatchSummary(2, 2, 3));
        Map<String, List<String>> byPath = new TreeMap<>();
        watches.visitPaths(0, Integer.MAX_VALUE, (path, clients) -> byPath.put(path, List.copyOf(clients)));
        assertThat(byPath).isEqualTo(Map.of("/x/1", List.of("a", "b"), "/größe", List.of("b")));
        assertThat(watches.paths(b)).containsExactlyInAnyOrder("/x/1", "/größe");
        List<String> clients = new ArrayList<>();
        watches.forEachClient(watcher -> clients.add(watcher.client()));
        assertThat(clients).containsExactly("a", "b");
    }

    @Test
    void pathsAreToldInSteps() {
        for (int i = 0; i < 1_000; i++) {
            watches.add(a, WatchKind.DATA, "/n" + i);
        }
        List<String> paths = new ArrayList<>();
        int steps = 0;
        for (int from = 0; from >= 0; steps++) {
            int before = paths.size();
            from = watches.visitPaths(from, 50, (path, _) -> paths.add(path));
            assertThat(paths.size() - before).isLessThan(150);
        }
        assertThat(steps).isGreaterThan(6);
        assertThat(paths).hasSize(1_000).doesNotHaveDuplicates();
    }

    @Test
    void manyWatchersOfOnePathAreToldInTheOrderOfTheirIds() {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            Watcher<String> watcher = watches.join("w" + i);
            watches.add(watcher, WatchKind.DATA, "/n");
            expected.add("w" + i + " " + NODE_DATA_CHANGED + " /n");
        }
        watches.dataChanged("/n", Acl.OPEN);
        assertThat(events).isEqualTo(expected);
        assertThat(watches.count()).isZero();
    }

    /// A client that takes the same one-shot watch again and again must not pile anything up.
    @Test
    void rewatchingCostsNoMemory() {
        watches.add(a, WatchKind.DATA, "/other");
        for (int i = 0; i < 10_000; i++) {
            watches.add(a, WatchKind.DATA, "/n" + i % 3);
            watches.dataChanged("/n" + i % 3, Acl.OPEN);
        }
        assertThat(a.data.distinct()).hasSizeLessThan(40);
        assertThat(watches.count()).isEqualTo(1);
        watches.leave(a);
        assertThat(watches.count()).isZero();
    }

    private void assertRemoves(WatchRemoval which) {
        assertThat(watches.has(a, which, "/n")).isTrue();
        assertThat(watches.remove(a, which, "/n")).isTrue();
        assertThat(watches.has(a, which, "/n")).isFalse();
        assertThat(watches.remove(a, which, "/n")).isFalse();
    }

    private void created(String path) {
        watches.created(path, Acl.OPEN, Acl.OPEN);
    }

    private void deleted(String path) {
        watches.deleted(path, Acl.OPEN, Acl.OPEN);
    }

    private void assertEvents(String... expected) {
        assertThat(events).containsExactly(expected);
        events.clear();
    }

    record Recorder(List<String> events) implements WatchSink<String> {

        @Override
        public boolean mayRead(String client, List<Acl> acl) {
            return acl != CLOSED;
        }

        @Override
        public void event(String client, int type, String path) {
            events.add(client + " " + type + " " + path);
        }
    }
}
