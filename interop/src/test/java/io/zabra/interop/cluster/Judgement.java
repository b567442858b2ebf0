// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.core.log.Zxid;
import io.zabra.interop.raw.Handshake;
import io.zabra.interop.raw.Ops;
import io.zabra.interop.raw.RawClient;
import io.zabra.simulator.history.History;
import io.zabra.simulator.history.HistoryCheck;
import io.zabra.simulator.history.HistoryText;
import io.zabra.simulator.history.Linearizability;
import io.zabra.simulator.history.Verdict;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The end of a test: all members must have the same tree, and the history must be true.
public final class Judgement {

    private static final int SAMPLE = 1_500;
    private static final int TIMEOUT_MS = 8_000;
    private static final int OPENS_MAX = 5;

    private static final Pattern MISMATCHES = Pattern.compile("zk_digest_mismatches_count\\s+(\\d+)");

    private Judgement() {}

    /// Waits until all members serve, reads the whole tree from each, and ends the cluster. What is read is part of the
    /// history, and so must be what was committed.
    ///
    /// Of what a `sync` shows, leaders of ours are held to it, those of Apache's are not.
    public static Verdict pass(Cluster cluster, String name) throws IOException {
        cluster.network().heal();
        cluster.awaitAllServing();
        for (ClusterMember member : cluster.members()) {
            readAll(cluster, member);
            assertTreesOfLeader(member);
        }
        Set<Long> epochs = cluster.epochsOfOurs();
        History history = cluster.end().withSyncs(zxid -> epochs.contains(Zxid.epoch(zxid)));
        Verdict verdict = HistoryCheck.check(history, Cluster.TICK_MS);
        Verdict search = Linearizability.check(history, SAMPLE);
        System.out.println(name + ": " + verdict.tally() + ", searched " + search.tally());
        if (!verdict.complaints().isEmpty() || !search.complaints().isEmpty()) {
            write(history, Path.of("target", "histories", name + ".txt"));
        }
        assertThat(verdict.complaints()).as(name + "\n" + cluster.logs()).isEmpty();
        assertThat(search.complaints()).as(name).isEmpty();
        assertThat(search.count("explained")).isPositive();
        return verdict;
    }

    /// By the digests that came with transactions. What a server of Apache's 3.8 has logged again it does twice when it
    /// starts, and finds other digests.
    public static void assertTreesOfLeader(ClusterMember member) {
        await().atMost(Cluster.PATIENCE).until(() -> member.word("mntr").contains("zk_digest"));
        Matcher mismatches = MISMATCHES.matcher(member.word("mntr"));
        assertThat(mismatches.find()).isTrue();
        assertThat(Integer.parseInt(mismatches.group(1)))
                .as("digests at which " + member + " did not have the tree of its leader")
                .isLessThanOrEqualTo(member.loggedAgain().size());
    }

    private static void readAll(Cluster cluster, ClusterMember member) {
        try (RawClient client = open(cluster, member)) {
            client.callOk(Ops.SYNC, Ops.path("/"));
            readBelow(client, "/");
            client.callOk(Ops.CLOSE_SESSION, Ops.EMPTY);
        }
    }

    /// What the trouble has left behind may still lead to an election or two.
    private static RawClient open(Cluster cluster, ClusterMember member) {
        for (int i = 1; i < OPENS_MAX; i++) {
            try {
                return RawClient.open(cluster.recorded(member), Handshake.fresh(TIMEOUT_MS));
            } catch (IllegalStateException _) {
                cluster.awaitAllServing();
            }
        }
        return RawClient.open(cluster.recorded(member), Handshake.fresh(TIMEOUT_MS));
    }

    private static void readBelow(RawClient client, String path) {
        client.call(Ops.GET_DATA, Ops.read(path, false));
        var children = client.call(Ops.GET_CHILDREN, Ops.read(path, false));
        if (children == null || children.error() != 0) {
            return;
        }
        for (String child : children.reader().strings()) {
            if (!child.equals("zookeeper")) {
                readBelow(client, path.equals("/") ? "/" + child : path + "/" + child);
            }
        }
    }

    private static void write(History history, Path file) throws IOException {
        Files.createDirectories(file.getParent());
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (var entry : history.entries()) {
                out.write(HistoryText.write(entry));
                out.newLine();
            }
            for (var txn : history.committed()) {
                out.write(HistoryText.write(txn));
                out.newLine();
            }
        }
    }
}
