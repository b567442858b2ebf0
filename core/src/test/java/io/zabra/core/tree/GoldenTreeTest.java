// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.wire.WireReader;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.Stat;
import io.zabra.wire.data.StatPersisted;
import io.zabra.wire.txn.LoggedTxn;
import io.zabra.wire.txn.TxnDigest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Files that Apache ZooKeeper 3.9.5 wrote, with extended types on.
class GoldenTreeTest {

    private static final long SNAPSHOT_E_DIGEST = 0x24ff70014L;

    @Test
    void freshTreeIsThatOfApache() throws IOException {
        DataTree tree = DataTree.fresh(TreeOptions.extended());

        assertThat(tree.nodeCount()).isEqualTo(5);
        assertThat(tree.approximateDataSize()).isEqualTo(44);
        assertThat(stat(tree, "/").cversion()).isEqualTo(-1);
        assertThat(stat(tree, "")).isEqualTo(stat(tree, "/"));
        assertThat(stat(tree, "/zookeeper").cversion()).isEqualTo(-2);
        assertThat(stat(tree, "/zookeeper/config")).isEqualTo(new Stat(0, 0, 0, 0, 0, 0, -1, 0, 0, 0, 0));
        assertThat(tree.acl(tree.find("/zookeeper/config"))).isEqualTo(Acl.READ_ONLY);
        assertThat(tree.descendants("/")).isEqualTo(3);
        FrozenTree fresh = tree.freeze();
        assertThat(fresh.acls()).isEqualTo(List.of(new KeyedAcl(1, Acl.READ_ONLY)));
        assertThat(load("snapshot.0", 0).freeze().acls()).isEqualTo(fresh.acls());
        assertThat(load("snapshot.0", 0).digest()).isEqualTo(tree.digest());
    }

    @Test
    void snapshotHasTheDigestThatApacheWrote() throws IOException {
        DataTree tree = load("snapshot.e", 0xe);

        assertThat(tree.digest()).isEqualTo(SNAPSHOT_E_DIGEST);
        assertThat(tree.lastZxid()).isEqualTo(0xe);
        assertThat(tree.nodeCount()).isEqualTo(9);
        assertThat(tree.ephemeralOwners()).containsExactly(0x0100001a72ed0001L);
        assertThat(tree.ephemerals(0x0100001a72ed0001L)).containsExactly("/live");
        assertThat(tree.find("/cont").kind()).isEqualTo(Owners.Kind.CONTAINER);
        assertThat(tree.find("/ttl").owner()).isEqualTo(Owners.ttl(60_000));
        assertThat(stat(tree, "/ttl").ephemeralOwner()).isZero();
        assertThat(stat(tree, "/cont").ephemeralOwner()).isZero();
        assertThat(stat(tree, "/live").ephemeralOwner()).isEqualTo(0x0100001a72ed0001L);
        assertThat(tree.find("/").creations()).isEqualTo(4);
        assertThat(tree.find("/g").stat())
                .isEqualTo(new Stat(2, 4, 0x1a1fbdaf2feL, 0x1a1fbdaf30fL, 1, 4, 2, 0, 2, 0, 0xc));
    }

    /// Each record of the log carries the digest that Apache's tree had after it; the last one leads to the snapshot.
    @Test
    void digestsOfTheLogComeOut() throws IOException {
        DataTree tree = DataTree.fresh(TreeOptions.extended());
        byte[] log = golden("log.1.head1400");
        int checked = 0;
        int at = 16;
        while (true) {
            int length = new WireReader(log, at + 8, log.length).int32();
            if (length == 0) {
                break;
            }
            LoggedTxn logged = LoggedTxn.read(log, at + 12, at + 12 + length);
            tree.apply(logged.header(), logged.txn(), ChangeListener.NONE);
            TxnDigest digest = logged.digest();
            if (digest != null) {
                assertThat(tree.digest()).as("zxid %d", logged.header().zxid()).isEqualTo(digest.digest());
                checked++;
            }
            at += 12 + length + 1;
        }
        assertThat(checked).isGreaterThan(10);
        assertThat(tree.lastZxid()).isEqualTo(0xe);
        assertThat(tree.digest()).isEqualTo(SNAPSHOT_E_DIGEST);
    }

    private static Stat stat(DataTree tree, String path) {
        return tree.find(path).stat();
    }

    private static DataTree load(String name, long zxid) throws IOException {
        WireReader in = new WireReader(golden(name));
        Restore restore = DataTree.restore(TreeOptions.extended());
        in.int64();
        in.int64();
        for (int sessions = in.int32(); sessions > 0; sessions--) {
            in.int64();
            in.int32();
        }
        for (int acls = in.int32(); acls > 0; acls--) {
            restore.acl(in.int64(), Acl.readList(in));
        }
        for (String path = in.string(); !path.equals("/"); path = in.string()) {
            restore.add(path, in.buffer(), in.int64(), StatPersisted.read(in));
        }
        return restore.finish(zxid);
    }

    private static byte[] golden(String name) throws IOException {
        try (InputStream in = GoldenTreeTest.class.getResourceAsStream("/golden/" + name + ".hex")) {
            String hex = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII);
            return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
        }
    }
}
