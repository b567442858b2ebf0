// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.Product;
import io.zabra.interop.process.RunningServer;
import io.zabra.interop.process.ServerSetup;
import io.zabra.interop.raw.Handshake;
import io.zabra.interop.raw.Jute;
import io.zabra.interop.raw.Ops;
import io.zabra.interop.raw.Ops.AclEntry;
import io.zabra.interop.raw.RawClient;
import io.zabra.interop.raw.Tree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Goal: a data directory can change hands between Apache and Zabra, in all directions, whatever state it is in.
/// Method: one server writes every kind of node and is stopped or killed; the next must show the very same tree, with
/// all that was acknowledged, and must find no transaction whose digest of the tree is not its own. It writes more, and
/// hands on to the last.
@OnZabra
class TakeoverIT {

    @TempDir
    Path directory;

    private final List<History> histories = new ArrayList<>();

    @ParameterizedTest(name = "{0}, killed: {1}, then {2}, then {3}")
    @CsvSource({
        "APACHE,     false, ZABRA,      APACHE",
        "APACHE,     true,  ZABRA,      APACHE",
        "ZABRA,      true,  APACHE,     ZABRA",
        "APACHE_3_8, false, ZABRA,      APACHE_3_8",
        "APACHE_3_8, true,  ZABRA,      APACHE_3_8",
        "APACHE_3_8, true,  ZABRA,      APACHE",
        "ZABRA,      true,  APACHE_3_8, ZABRA",
    })
    void aDirectoryChangesHands(Product first, boolean kill, Product second, Product last) throws Exception {
        ServerSetup setup = ServerSetup.of(first, directory.resolve("data"))
                .withConfig("extendedTypesEnabled", "true")
                .withProperty("zookeeper.snapCount", "300")
                .withProperty("znode.container.checkIntervalMs", "3600000");
        Map<String, String> left = write(setup, "/one", kill);
        if (kill) {
            // Some of the writes may be lost: what is left is what the first server itself finds, in a copy.
            ServerSetup copied = setup.as(first, directory.resolve("copy"));
            copy(setup.dataDir(), copied.dataDir());
            try (RunningServer server = copied.start()) {
                left = Tree.dump(server.address());
            }
        }
        ServerSetup taker = setup.as(second, setup.dataDir());
        assertServes(taker, left);
        Map<String, String> more = write(taker, "/two", false);
        assertServes(setup.as(last, setup.dataDir()), more);
    }

    /// The older Apache would hardly be told from the newer by its data: that it is another one is shown here.
    @Test
    void theOlderApacheIsNoneOfTheNewer() {
        assertThat(version(Product.APACHE)).startsWith("3.9.");
        assertThat(version(Product.APACHE_3_8)).startsWith("3.8.");
    }

    private String version(Product product) {
        try (RunningServer server =
                ServerSetup.of(product, directory.resolve(product.name())).start()) {
            String mark = "Zookeeper version: ";
            String line = server.fourLetterWord("srvr").lines().findFirst().orElse("");
            assertThat(line).startsWith(mark);
            return line.substring(mark.length());
        }
    }

    private void assertServes(ServerSetup setup, Map<String, String> tree) {
        try (RunningServer server = setup.start()) {
            assertThat(Tree.dump(server.address())).isEqualTo(tree);
            assertThat(server.fourLetterWord("mntr").lines())
                    .anyMatch(line -> line.matches("zk_digest_mismatches_count\\s+0"));
            try (var client = RawClient.open(server.address(), Handshake.fresh(40_000))) {
                assertThat(histories).allSatisfy(history -> {
                    assertThat(history.acknowledged()).isPositive();
                    assertThat(history.faults(client)).isEmpty();
                });
            }
        }
    }

    /// Writes every kind of node and some load, and stops the server. The tree as it was; empty after a kill.
    private Map<String, String> write(ServerSetup setup, String root, boolean kill) throws Exception {
        RunningServer server = setup.start();
        try (var client = RawClient.open(server.address(), Handshake.fresh(40_000))) {
            createEveryKind(client, root);
            changeAndFail(client, root);
        }
        Load load = Load.start(server.address(), root + "-load", 4);
        histories.addAll(load.histories());
        Thread.sleep(400);
        if (kill) {
            server.kill();
            load.close();
            return Map.of();
        }
        load.close();
        Map<String, String> tree = Tree.dump(server.address());
        server.close();
        return tree;
    }

    private static void createEveryKind(RawClient client, String root) {
        client.callOk(Ops.CREATE, Ops.create(root, bytes("root"), 0));
        client.callOk(Ops.CREATE, Ops.create(root + "/null", null, 0));
        client.callOk(Ops.CREATE, Ops.create(root + "/ephemeral", bytes("e"), 1));
        client.callOk(Ops.CREATE, Ops.create(root + "/counted-", bytes("s"), 2));
        client.callOk(Ops.CREATE, Ops.create(root + "/ephemeral-counted-", bytes("s"), 3));
        client.callOk(Ops.CREATE_CONTAINER, Ops.create(root + "/container", Ops.EMPTY, 4));
        client.callOk(Ops.CREATE, Ops.create(root + "/container/child", Ops.EMPTY, 0));
        byte[] ttl = Ops.create(root + "/ttl", bytes("t"), 5);
        client.callOk(Ops.CREATE_TTL, new Jute().raw(ttl).int64(3_600_000).toBytes());
        client.callOk(Ops.CREATE, Ops.create(root + "/\u00e9t\u00e9 \u4e2d", bytes("unicode"), 0));
        client.callOk(Ops.CREATE, Ops.create(root + "/gone", bytes("x"), 0));
        String quota = "/zookeeper/quota" + root;
        client.callOk(Ops.CREATE, Ops.create(quota, Ops.EMPTY, 0));
        client.callOk(Ops.CREATE, Ops.create(quota + "/zookeeper_limits", bytes("count=1000000,bytes=-1"), 0));
        client.callOk(Ops.CREATE, Ops.create(quota + "/zookeeper_stats", bytes("count=0,bytes=0"), 0));
    }

    private static void changeAndFail(RawClient client, String root) {
        client.callOk(Ops.DELETE, Ops.delete(root + "/gone", -1));
        client.callOk(Ops.SET_DATA, Ops.setData(root, new byte[20_000], 0));
        client.callOk(Ops.AUTH, Ops.auth("digest", bytes("u1:pw")));
        var acl = List.of(new AclEntry(31, "auth", ""), new AclEntry(1, "ip", "127.0.0.1"));
        client.callOk(
                Ops.SET_ACL,
                Ops.acl(new Jute().string(root + "/null"), acl).int32(0).toBytes());
        // Failed writes are in the log, too.
        client.call(Ops.DELETE, Ops.delete(root, -1));
        var failing = new Jute();
        Ops.multiHeader(failing, Ops.CREATE).raw(Ops.create(root + "/never", Ops.EMPTY, 0));
        Ops.multiHeader(failing, Ops.DELETE).raw(Ops.delete(root + "/absent", -1));
        client.call(Ops.MULTI, Ops.multiEnd(failing).toBytes());
    }

    private static void copy(Path from, Path to) throws IOException {
        List<Path> files;
        try (var walk = Files.walk(from)) {
            files = walk.toList();
        }
        for (Path file : files) {
            Files.copy(file, to.resolve(from.relativize(file)));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
