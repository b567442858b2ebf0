// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.mixed;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.interop.clients.CuratorRecipes;
import io.zabra.interop.cluster.Cluster;
import io.zabra.interop.cluster.ClusterMember;
import io.zabra.interop.cluster.Layout;
import io.zabra.interop.cluster.Network;
import io.zabra.interop.process.Needed;
import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.Product;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: clients of servers of Apache's do not see that one of ours leads these.
/// Method: Curator's recipes, kazoo's, and Apache's shell, all through two followers of Apache's; in the end, all trees
/// are the same, and no digest was wrong.
@OnZabra
@Thorough
class ThroughApachesIT extends CuratorRecipes {

    private static final String PYTHON = "/usr/bin/python3";
    private static final int END_S = 90;

    /// The password is "secret": who compares the trees reads all.
    private static final String SUPER = "super:lK75jTNcA+U9vtVEw5vB51mj/w4=";

    /// Where kazoo's znodes are, as Curator's have the same names.
    private static final String KAZOO = "/kazoo";

    @TempDir
    static Path folder;

    private static Cluster cluster;

    @BeforeAll
    static void start() throws Exception {
        Layout layout = Layout.of(Product.APACHE, Product.APACHE, Product.ZABRA)
                .withSetting("DigestAuthenticationProvider.superDigest", SUPER)
                .withProperty("zookeeper.extendedTypesEnabled", "true")
                .withProperty("znode.container.checkIntervalMs", "300");
        cluster = Cluster.start(layout, folder);
        Leadership.of(cluster, Product.ZABRA);
        Leadership.write(cluster, KAZOO);
    }

    @AfterAll
    static void allAreTheSame() {
        try (Cluster ending = cluster) {
            assertThat(ending.leader().product()).isEqualTo(Product.ZABRA);
            Trees.assertSame(ending);
        }
    }

    @Override
    protected String servers() {
        List<String> addresses = new ArrayList<>();
        for (ClusterMember member : cluster.members()) {
            if (member.product() == Product.APACHE) {
                addresses.add("127.0.0.1:" + member.address().getPort());
            }
        }
        return String.join(",", addresses);
    }

    @Test
    void kazoosRecipes() throws Exception {
        Needed.KAZOO.check(run(List.of(PYTHON, "-c", "import kazoo")).code() == 0, "");
        Ended ended = run(List.of(PYTHON, "src/test/python/kazoo_recipes.py", servers() + KAZOO));
        assertThat(ended.output()).contains("all done");
        assertThat(ended.code()).isZero();
    }

    @Test
    void apachesShell() throws Exception {
        shell("create", "/shell", "one");
        shell("create", "-s", "/shell/n", "two");
        shell("create", "-c", "/shell/container");
        shell("create", "-t", "600000", "/shell/lives", "three");
        assertThat(shell("ls", "/shell")).contains("container", "lives", "n0000000000");
        shell("set", "/shell", "changed");
        assertThat(shell("get", "-s", "/shell")).contains("changed", "dataVersion = 1");
        shell("setAcl", "/shell/lives", "world:anyone:r");
        assertThat(shell("getAcl", "/shell/lives")).contains("'world,'anyone");
        shell("setquota", "-n", "10", "/shell");
        assertThat(shell("listquota", "/shell")).contains("count=10");
        assertThat(shell("sync", "/shell")).contains("Sync is OK");
        shell("delquota", "/shell");
        shell("deleteall", "/shell");
        assertThat(shell("ls", "/")).doesNotContain("shell");
        assertThat(shell("config")).contains("server.3=");
    }

    private String shell(String... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(
                Network.JAVA,
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Product.APACHE.classPath(),
                "org.apache.zookeeper.ZooKeeperMain",
                "-server",
                servers()));
        all.addAll(List.of(command));
        Ended ended = run(all);
        assertThat(ended.code()).as(ended.output()).isZero();
        return ended.output();
    }

    /// What a program said and how it ended.
    private record Ended(int code, String output) {}

    private static Ended run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(END_S, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), output);
    }
}
