// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zabra.core.base.InvariantViolation;
import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.ErrorCode;
import io.zabra.wire.data.Id;
import io.zabra.wire.data.Stat;
import io.zabra.wire.data.StatPersisted;
import io.zabra.wire.txn.CloseSessionTxn;
import io.zabra.wire.txn.CreateContainerTxn;
import io.zabra.wire.txn.CreateTtlTxn;
import io.zabra.wire.txn.CreateTxn;
import io.zabra.wire.txn.DeleteTxn;
import io.zabra.wire.txn.ErrorTxn;
import io.zabra.wire.txn.MultiTxn;
import io.zabra.wire.txn.SetAclTxn;
import io.zabra.wire.txn.SetDataTxn;
import io.zabra.wire.txn.Txn;
import io.zabra.wire.txn.TxnHeader;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class DataTreeTest {

    private static final long SESSION = 0x100_0000_0000_0001L;
    private static final long TIME_MS = 1_700_000_000_000L;
    private static final List<Acl> SECRET = List.of(new Acl(Acl.ALL, new Id("digest", "a:b")));

    private DataTree tree = DataTree.fresh(TreeOptions.extended());
    private long zxid;

    @Test
    void statsMoveAsTheTableOfRulesSays() {
        create("/a", 1);
        assertThat(stat("/a")).isEqualTo(new Stat(1, 1, TIME_MS + 1, TIME_MS + 1, 0, 0, 0, 0, 4, 0, 1));
        create("/a/b", 1);
        assertThat(stat("/a")).isEqualTo(new Stat(1, 1, TIME_MS + 1, TIME_MS + 1, 0, 1, 0, 0, 4, 1, 2));
        setData("/a", "data", 1);
        assertThat(stat("/a")).isEqualTo(new Stat(1, 3, TIME_MS + 1, TIME_MS + 3, 1, 1, 0, 0, 4, 1, 2));
        apply(OpCode.SET_ACL, new SetAclTxn("/a", SECRET, 1));
        assertThat(stat("/a")).isEqualTo(new Stat(1, 3, TIME_MS + 1, TIME_MS + 3, 1, 1, 1, 0, 4, 1, 2));
        delete("/a/b");
        assertThat(stat("/a")).isEqualTo(new Stat(1, 3, TIME_MS + 1, TIME_MS + 3, 1, 2, 1, 0, 4, 0, 5));
        assertThat(tree.acl(tree.find("/a"))).isEqualTo(SECRET);
    }

    @Test
    void resultsHoldTheStatsOfTheirMoment() {
        Applied result = apply(
                OpCode.MULTI,
                new MultiTxn(List.of(
                        op(OpCode.CREATE2, new CreateTxn("/m", null, Acl.OPEN, false, 1)),
                        op(OpCode.SET_DATA, new SetDataTxn("/m", bytes("xy"), 1)),
                        op(OpCode.CREATE, new CreateTxn("/m/c", null, Acl.OPEN, false, 1)),
                        op(OpCode.SET_DATA, new SetDataTxn("/m", null, 2)))));

        List<Applied> parts = ((Applied.Multi) result).results();
        assertThat(((Applied.Created) parts.get(0)).stat().version()).isZero();
        Stat second = ((Applied.DataSet) parts.get(1)).stat();
        assertThat(second).isEqualTo(new Stat(1, 1, TIME_MS + 1, TIME_MS + 1, 1, 0, 0, 0, 2, 0, 1));
        Stat fourth = ((Applied.DataSet) parts.get(3)).stat();
        assertThat(fourth).isEqualTo(new Stat(1, 1, TIME_MS + 1, TIME_MS + 1, 2, 1, 0, 0, 0, 1, 1));
    }

    @Test
    void multiWithAnErrorChangesNothing() {
        long digest = tree.digest();
        Applied result = apply(
                OpCode.MULTI,
                new MultiTxn(List.of(
                        op(OpCode.CREATE, new CreateTxn("/m", null, Acl.OPEN, false, 1)),
                        op(OpCode.ERROR, new ErrorTxn(ErrorCode.BAD_VERSION.number())),
                        op(OpCode.DELETE, new DeleteTxn("/m")))));

        assertThat(result)
                .isEqualTo(new Applied.Multi(List.of(
                        new Applied.Failed(0),
                        new Applied.Failed(ErrorCode.BAD_VERSION.number()),
                        new Applied.Failed(ErrorCode.RUNTIME_INCONSISTENCY.number()))));
        assertThat(tree.digest()).isEqualTo(digest);
        assertThat(tree.lastZxid()).isEqualTo(zxid);
    }

    @Test
    void nullAndEmptyDataAreNotTheSame() {
        apply(OpCode.CREATE, new CreateTxn("/n", null, Acl.OPEN, false, 1));
        apply(OpCode.CREATE, new CreateTxn("/e", bytes(""), Acl.OPEN, false, 2));

        assertThat(tree.find("/n").data()).isNull();
        assertThat(tree.find("/e").data()).isEmpty();
        setData("/e", null, 1);
        assertThat(tree.find("/e").data()).isNull();
    }

    @Test
    void oddPathsAreMerelyAbsent() {
        create("/a", 1);

        for (String path : List.of("a", "/a/", "//", "//a", "/a//", "/A", "/a/b/c", " ", "/zookeeperx", "/zoo")) {
            assertThat(tree.find(path)).as(path).isNull();
        }
    }

    @Test
    void createsOnlyRaiseWhatTheParentCounts() {
        create("/a", 5);
        assertThat(tree.find("/").creations()).isEqualTo(5);
        apply(OpCode.CREATE, new CreateTxn("/b", null, Acl.OPEN, false, 4));
        assertThat(tree.find("/").creations()).isEqualTo(5);
        assertThat(tree.find("/").pzxid()).isEqualTo(1);
        apply(OpCode.CREATE, new CreateTxn("/c", null, Acl.OPEN, false, CreateTxn.ONE_MORE));
        assertThat(tree.find("/").creations()).isEqualTo(6);
        assertThat(tree.find("/").pzxid()).isEqualTo(3);
    }

    @Test
    void closingASessionDeletesWhatItOwns() {
        ephemeral("/e1", SESSION, 1);
        ephemeral("/e2", SESSION, 2);
        ephemeral("/other", SESSION + 1, 3);

        assertThat(apply(OpCode.CLOSE_SESSION, new CloseSessionTxn(List.of("/e2"))))
                .as("the listed ones first, then the forgotten ones")
                .isEqualTo(new Applied.SessionClosed(SESSION, List.of("/e2", "/e1")));
        assertThat(tree.children(tree.find("/"))).containsExactlyInAnyOrder("other", "zookeeper");
        assertThat(tree.find("/").pzxid()).isEqualTo(zxid);
        assertThat(tree.ephemeralOwners()).containsExactly(SESSION + 1);
        assertThat(tree.ephemeralCount()).isEqualTo(1);
        assertThat(tree.removeEphemerals(SESSION + 1)).containsExactly("/other");
        assertThat(tree.ephemeralCount()).isZero();
    }

    @Test
    void ownersMeanWhatTheOptionsSay() {
        long ttl = Owners.ttl(5);
        assertThat(Owners.kind(ttl, true, false)).isEqualTo(Owners.Kind.TTL);
        assertThat(Owners.kind(ttl, false, false)).isEqualTo(Owners.Kind.SESSION);
        assertThat(Owners.looksLikeTtl(ttl)).isTrue();
        assertThat(Owners.kind(0xff00_0100_0000_0001L, true, false)).isEqualTo(Owners.Kind.UNKNOWN);
        assertThat(Owners.kind(0x8000_0000_0000_0005L, true, true)).isEqualTo(Owners.Kind.TTL);
        assertThat(Owners.kind(0x8000_0000_0000_0005L, true, false)).isEqualTo(Owners.Kind.SESSION);
        assertThat(Owners.kind(Owners.CONTAINER, false, false)).isEqualTo(Owners.Kind.CONTAINER);
        assertThat(Owners.ttlMs(Owners.ttl(Owners.TTL_MS_MAX))).isEqualTo(Owners.TTL_MS_MAX);
        assertThatThrownBy(() -> Owners.ttl(0)).isInstanceOf(InvariantViolation.class);

        tree = DataTree.fresh(TreeOptions.defaults());
        apply(OpCode.CREATE_TTL, new CreateTtlTxn("/t", null, Acl.OPEN, 1, 5));
        assertThat(tree.ephemeralOwners()).containsExactly(ttl);
    }

    @Test
    void sweepFindsWhatIsDueAndGoesOn() {
        apply(OpCode.CREATE_CONTAINER, new CreateContainerTxn("/never", null, Acl.OPEN, 1));
        apply(OpCode.CREATE_CONTAINER, new CreateContainerTxn("/used", null, Acl.OPEN, 2));
        apply(OpCode.CREATE_CONTAINER, new CreateContainerTxn("/inuse", null, Acl.OPEN, 3));
        apply(OpCode.CREATE_TTL, new CreateTtlTxn("/ttl", null, Acl.OPEN, 4, 1000));
        create("/used/c", 1);
        create("/inuse/c", 1);
        delete("/used/c");
        long createdMs = tree.find("/ttl").mtimeMs();

        assertThat(tree.sweep(null, 100, createdMs + 1000, 0).paths()).containsExactly("/used");
        assertThat(tree.sweep(null, 100, createdMs + 1001, 0).paths()).containsExactly("/ttl", "/used");
        assertThat(tree.sweep(null, 100, createdMs + 1001, 500).paths()).containsExactly("/never", "/ttl", "/used");
        DataTree.Sweep first = tree.sweep(null, 3, createdMs + 1001, 500);
        assertThat(first.paths()).containsExactly("/never", "/ttl");
        DataTree.Sweep second = tree.sweep(first.next(), 3, createdMs + 1001, 500);
        assertThat(second).isEqualTo(new DataTree.Sweep(List.of("/used"), null));
        delete("/ttl");
        assertThat(tree.sweep(null, 100, Long.MAX_VALUE, 0).paths()).containsExactly("/used");
    }

    @Test
    void quotasAreCountedInPlace() {
        create("/q", 1);
        create("/q/a", 1);
        create("/zookeeper/quota/q", 1);
        apply(
                OpCode.CREATE,
                new CreateTxn(
                        "/zookeeper/quota/q/zookeeper_limits",
                        bytes("count=3,bytes=100=;byteHardLimit=20;countHardLimit=4"),
                        Acl.OPEN,
                        false,
                        1));
        assertThat(tree.quota("/q/a")).as("no use known yet").isNull();
        create("/zookeeper/quota/q/zookeeper_stats", 2);
        assertThat(data("/zookeeper/quota/q/zookeeper_stats")).isEqualTo("count=2,bytes=8");
        long digest = tree.digest();
        Stat before = stat("/zookeeper/quota/q/zookeeper_stats");

        create("/q/b", 2);
        setData("/q/b", "123456", 1);
        delete("/q/a");

        assertThat(data("/zookeeper/quota/q/zookeeper_stats")).isEqualTo("count=2,bytes=10");
        Stat after = stat("/zookeeper/quota/q/zookeeper_stats");
        assertThat(after.version()).isEqualTo(before.version());
        assertThat(after.mzxid()).isEqualTo(before.mzxid());
        assertThat(after.mtimeMs()).isEqualTo(before.mtimeMs());
        assertThat(tree.digest()).isNotEqualTo(digest);
        QuotaView quota = tree.quota("/q/b/c");
        assertThat(quota).isEqualTo(new QuotaView("/q", 2, 10, 3, 100, 4, 20));
        assertThat(quota.refuses(2, 0)).isFalse();
        assertThat(quota.refuses(3, 0)).isTrue();
        assertThat(quota.refuses(0, 10)).isFalse();
        assertThat(quota.refuses(0, 11)).isTrue();
        assertThat(tree.quota("/qq")).isNull();
        assertThat(tree.quota("/")).isNull();

        delete("/zookeeper/quota/q/zookeeper_limits");
        assertThat(tree.quota("/q/b")).isNull();
    }

    @Test
    void quotasAreRecountedOnLoad() {
        Restore restore = DataTree.restore(TreeOptions.defaults());
        StatPersisted stat = new StatPersisted(1, 1, 1, 1, 0, 0, 0, 0, 1);
        for (String path : List.of("", "/a", "/a/b", "/zookeeper", "/zookeeper/quota", "/zookeeper/quota/a")) {
            restore.add(path, bytes("data"), -1, stat);
        }
        restore.add("/zookeeper/quota/a/zookeeper_limits", bytes("count=1"), -1, stat);
        restore.add("/zookeeper/quota/a/zookeeper_stats", bytes("count=77,bytes=77"), -1, stat);
        tree = restore.finish(5);

        assertThat(data("/zookeeper/quota/a/zookeeper_stats")).isEqualTo("count=2,bytes=8");
        assertThat(tree.quota("/a")).isEqualTo(new QuotaView("/a", 2, 8, 1, -1, -1, -1));
    }

    @Test
    void aNodeFromItsRecordIsTheSameAsFromItsParts() {
        StatPersisted stat = new StatPersisted(3, 4, 50, 60, 7, 8, 9, 0x1234, 5);
        Restore parts = DataTree.restore(TreeOptions.defaults());
        Restore records = DataTree.restore(TreeOptions.defaults());
        for (String path : List.of("", "/plain", "/plain/\u00fcber", "/plain/\u00fcber/x")) {
            byte[] data = path.endsWith("x") ? null : bytes("data of " + path);
            parts.add(path, data, -1, stat);
            WireWriter record =
                    new WireWriter().int8(0).string(path).buffer(data).int64(-1);
            stat.write(record);
            records.add(record.array(), 1, record.position());
        }
        DataTree one = parts.finish(9);
        DataTree other = records.finish(9);
        for (String path : List.of("/", "/plain", "/plain/\u00fcber", "/plain/\u00fcber/x")) {
            assertThat(other.digest(path, other.find(path))).as(path).isEqualTo(one.digest(path, one.find(path)));
        }
        assertThat(other.digest()).isEqualTo(one.digest());
        assertThat(other.approximateDataSize()).isEqualTo(one.approximateDataSize());
        assertThat(other.ephemerals(0x1234)).isEqualTo(one.ephemerals(0x1234)).hasSize(3);
        for (String path : List.of("", "/plain/\u00fcber", "/plain/\u00fcber/x")) {
            assertThat(other.find(path).persisted()).isEqualTo(stat);
            assertThat(other.find(path).data()).isEqualTo(one.find(path).data());
        }
    }

    @Test
    void brokenSnapshotsAreRefused() {
        StatPersisted stat = new StatPersisted(1, 1, 1, 1, 0, 0, 0, 0, 1);
        assertRefused(restore -> restore.add("/a", null, -1, stat), "before the root");
        assertRefused(restore -> restore.finish(1), "without a root");
        assertRefused(
                restore -> {
                    restore.add("", null, -1, stat);
                    restore.add("/a/b", null, -1, stat);
                },
                "has no parent");
        assertRefused(
                restore -> {
                    restore.add("", null, -1, stat);
                    restore.add("/a", null, -1, stat);
                    restore.add("/a", null, -1, stat);
                },
                "comes twice");
        assertRefused(restore -> restore.add("", null, 7, stat), "ACL key");
        assertRefused(restore -> restore.acl(0, SECRET), "ACL key 0");
        StatPersisted odd = new StatPersisted(1, 1, 1, 1, 0, 0, 0, 0xff01_0000_0000_0001L, 1);
        assertRefused(restore -> restore.add("", null, -1, odd), "unknown extended type");
    }

    @Test
    void aclKeysOfASnapshotStayAndUnusedOnesGo() {
        Restore restore = DataTree.restore(TreeOptions.defaults());
        StatPersisted stat = new StatPersisted(1, 1, 1, 1, 0, 0, 0, 0, 1);
        restore.acl(17, SECRET);
        restore.acl(4, Acl.READ_ONLY);
        restore.add("", null, 17, stat);
        tree = restore.finish(5);
        zxid = 5;
        assertThat(tree.freeze().acls()).containsExactly(new KeyedAcl(17, SECRET));

        create("/a", 1);
        apply(OpCode.SET_ACL, new SetAclTxn("/a", Acl.READ_ONLY, 1));
        assertThat(tree.freeze().acls())
                .containsExactlyInAnyOrder(new KeyedAcl(17, SECRET), new KeyedAcl(18, Acl.READ_ONLY));
        delete("/a");
        assertThat(tree.aclCount()).isEqualTo(1);
    }

    @Test
    void liveTransactionsHaveToFit() {
        create("/a", 1);
        assertThatThrownBy(() -> create("/a", 2)).isInstanceOf(InvariantViolation.class);
        assertThatThrownBy(() -> create("/x/y", 2)).isInstanceOf(InvariantViolation.class);
        assertThatThrownBy(() -> delete("/x")).isInstanceOf(InvariantViolation.class);
        assertThatThrownBy(() -> delete("/")).isInstanceOf(InvariantViolation.class);
        assertThatThrownBy(() -> delete("/zookeeper")).isInstanceOf(InvariantViolation.class);
        assertThatThrownBy(() -> setData("/x", "", 1)).isInstanceOf(InvariantViolation.class);
        zxid = 0;
        assertThatThrownBy(() -> create("/b", 2)).as("old zxid").isInstanceOf(InvariantViolation.class);
    }

    @Test
    void replayOfACreateThatIsThereTakesItsAclAndRaisesTheParent() {
        create("/a", 1);

        assertThat(replay(OpCode.CREATE2, new CreateTxn("/a", bytes("x"), SECRET, false, 9)))
                .isEqualTo(new Applied.Failed(ErrorCode.NODE_EXISTS.number()));
        assertThat(data("/a")).isEqualTo("data");
        assertThat(tree.acl(tree.find("/a"))).isEqualTo(SECRET);
        assertThat(tree.find("/").creations()).isEqualTo(1);
        replay(OpCode.CREATE, new CreateTxn("/a", bytes("x"), Acl.OPEN, false, 9));
        assertThat(tree.find("/").creations()).isEqualTo(9);
        assertThat(tree.find("/").pzxid()).isEqualTo(zxid);
        assertThat(tree.acl(tree.find("/a"))).isEqualTo(Acl.OPEN);
        assertThat(tree.aclCount()).isEqualTo(1);
    }

    @Test
    void replayOfADeleteThatIsDoneRaisesPzxid() {
        assertThat(replay(OpCode.DELETE, new DeleteTxn("/gone")))
                .isEqualTo(new Applied.Failed(ErrorCode.NO_NODE.number()));
        assertThat(tree.find("/").pzxid()).isEqualTo(zxid);
        assertThat(replay(OpCode.DELETE, new DeleteTxn("/x/gone")))
                .isEqualTo(new Applied.Failed(ErrorCode.NO_NODE.number()));
    }

    /// The snapshot caught the second life of /a, with its child; the log begins in the first.
    @Test
    void replayOfADeleteTakesChildrenOfALaterLifeAlong() {
        create("/a", 1);
        ephemeral("/a/c", SESSION, 1);
        create("/a/d", 2);
        create("/a/d/e", 1);
        replay(OpCode.DELETE, new DeleteTxn("/a"));

        assertThat(tree.find("/a/d/e")).isNull();
        assertThat(tree.nodeCount()).isEqualTo(5);
        assertThat(tree.ephemeralCount()).isZero();
        assertThat(tree.approximateDataSize()).isEqualTo(44);
        replay(OpCode.CREATE, new CreateTxn("/a", null, Acl.OPEN, false, 2));
        assertThat(stat("/a").numChildren()).isZero();
    }

    @Test
    void largeDirectoriesSplitAndMerge() {
        create("/d", 1);
        int count = 30_000;
        for (int i = 1; i <= count; i++) {
            create("/d/child-" + i, i);
        }
        Znode parent = tree.find("/d");
        assertThat(parent.branch.directory.length).isBetween(128, 1024);
        assertThat(new HashSet<>(tree.children(parent))).hasSize(count).contains("child-1", "child-" + count);
        assertThat(tree.descendants("/d")).isEqualTo(count);
        assertThat(tree.descendants("/")).isEqualTo(count + 4);
        FrozenTree full = tree.freeze();

        for (int i = 1; i <= count; i++) {
            int victim = (int) (i * 7919L % count) + 1;
            assertThat(tree.find("/d/child-" + victim)).isNotNull();
            delete("/d/child-" + victim);
        }

        parent = tree.find("/d");
        assertThat(tree.children(parent)).isEmpty();
        assertThat(parent.branch.directory).hasSizeLessThan(8);
        int[] visited = new int[1];
        full.walk((path, length, acl, node) -> visited[0]++);
        assertThat(visited[0]).isEqualTo(count + 5);
    }

    @Test
    void equalHashesCostTimeButNoDirectory() {
        Znode node = new Znode(TreeOptions.defaults());
        node.fresh(bytes("/d"), 1, 2);
        Branch branch = new Branch(1, node.pack(), node);
        int count = 3000;
        for (int i = 0; i < count; i++) {
            byte[] path = bytes("/child-" + i);
            node.fresh(path, 1, path.length);
            branch.insert(42, node.pack());
        }
        assertThat(branch.directory).hasSizeLessThanOrEqualTo(count / 16);
        for (int i = 0; i < count; i++) {
            byte[] path = bytes("/child-" + i);
            assertThat(branch.find(42, path, 1, path.length)).isNotNull();
            assertThat(branch.remove(42, path, 1, path.length)).isNotNull();
            assertThat(branch.find(42, path, 1, path.length)).isNull();
        }
        assertThat(branch.count).isZero();
    }

    @Test
    void encodedChildrenFollowEachChange() {
        create("/d", 1);
        assertThat(encoded("/d")).isEmpty();
        for (int i = 1; i <= 100; i++) {
            create("/d/c" + i, i);
        }
        assertThat(encoded("/d")).hasSize(100);
        assertThat(tree.encodedChildren(tree.find("/d"))).isSameAs(tree.encodedChildren(tree.find("/d")));
        delete("/d/c50");
        assertThat(encoded("/d")).hasSize(99).doesNotContain("c50");
        tree.freeze();
        create("/d/new", 101);
        assertThat(encoded("/d")).hasSize(100).contains("new");
    }

    @Test
    void configNodeIsWrittenOutsideOfTransactions() {
        tree.configNode(bytes("version=1"), 0x100000000L, 77);
        assertThat(stat("/zookeeper/config")).isEqualTo(new Stat(0, 0x100000000L, 0, 77, -1, 0, -1, 0, 9, 0, 0));
        assertThat(tree.lastZxid()).isZero();
    }

    @Test
    void pathRulesAreThoseOfApache() {
        for (String good : List.of("/", "/a", "/a b", "/...", "/a..b", "/.x", "/\u00a0", "/e\u0301/\uf900")) {
            assertThat(Paths.problem(good)).as(good).isNull();
        }
        for (String bad : List.of(
                "",
                "a",
                "/a/",
                "//",
                "/a//b",
                "/.",
                "/..",
                "/a/./b",
                "/a/..",
                "/\u0000",
                "/a\u001f",
                "/\u007f",
                "/\u009f",
                "/\ud83d\ude00",
                "/\ue000",
                "/\uf8ff",
                "/\ufff0",
                "/\uffff")) {
            assertThat(Paths.problem(bad)).as(bad).isNotNull();
        }
        assertThat(Paths.problem(null)).isNotNull();
    }

    private interface Steps {
        void run(Restore restore);
    }

    private static void assertRefused(Steps steps, String cause) {
        assertThatThrownBy(() -> steps.run(DataTree.restore(TreeOptions.extended())))
                .isInstanceOf(MalformedPacketException.class)
                .hasMessageContaining(cause);
    }

    private List<String> encoded(String path) {
        return new WireReader(tree.encodedChildren(tree.find(path))).list(WireReader::string);
    }

    private void create(String path, int parentCversion) {
        apply(OpCode.CREATE, new CreateTxn(path, bytes("data"), Acl.OPEN, false, parentCversion));
    }

    private void ephemeral(String path, long session, int parentCversion) {
        zxid++;
        TxnHeader header = new TxnHeader(session, 1, zxid, TIME_MS + zxid, OpCode.CREATE.number());
        tree.apply(header, new CreateTxn(path, null, Acl.OPEN, true, parentCversion), ChangeListener.NONE);
    }

    private void delete(String path) {
        apply(OpCode.DELETE, new DeleteTxn(path));
    }

    private void setData(String path, String data, int version) {
        apply(OpCode.SET_DATA, new SetDataTxn(path, data == null ? null : bytes(data), version));
    }

    private Applied apply(OpCode op, Txn txn) {
        zxid++;
        TxnHeader header = new TxnHeader(SESSION, 1, zxid, TIME_MS + zxid, op.number());
        return tree.apply(header, txn, ChangeListener.NONE);
    }

    private Applied replay(OpCode op, Txn txn) {
        zxid++;
        return tree.replay(new TxnHeader(SESSION, 1, zxid, TIME_MS + zxid, op.number()), txn);
    }

    private static MultiTxn.Op op(OpCode op, Txn txn) {
        return new MultiTxn.Op(op.number(), txn);
    }

    private Stat stat(String path) {
        return tree.find(path).stat();
    }

    private String data(String path) {
        return new String(tree.find(path).data(), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
