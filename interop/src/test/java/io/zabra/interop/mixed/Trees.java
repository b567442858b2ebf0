// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.mixed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.cluster.Cluster;
import io.zabra.interop.cluster.ClusterMember;
import io.zabra.interop.cluster.Judgement;
import io.zabra.interop.raw.Tree;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What members hold, compared: the whole tree as clients read it, and the digests at some zxids that all remember.
final class Trees {

    private static final Pattern DIGEST = Pattern.compile("^([0-9a-f]+): (\\S+)$", Pattern.MULTILINE);

    private Trees() {}

    /// Waits until no session has ephemeral znodes, and compares all members with the first one. Each has all that was
    /// committed before, since the session that reads begins with a transaction. How many digests were compared.
    static int assertSame(Cluster cluster) {
        List<ClusterMember> members = cluster.members();
        cluster.awaitAllServing();
        await().atMost(Cluster.PATIENCE)
                .until(() -> cluster.leader().word("mntr").lines().anyMatch("zk_ephemerals_count\t0"::equals));
        Map<String, String> expected = tree(members.getFirst());
        for (ClusterMember member : members) {
            Map<String, String> tree = tree(member);
            Map<String, String> other = new TreeMap<>(expected);
            Set<Map.Entry<String, String>> common = Set.copyOf(tree.entrySet());
            tree.entrySet().removeAll(Set.copyOf(other.entrySet()));
            other.entrySet().removeAll(common);
            assertThat(tree)
                    .as("what differs in the trees of %s and of %s", member, members.getFirst())
                    .isEqualTo(other);
            Judgement.assertTreesOfLeader(member);
        }
        return digests(members);
    }

    /// Each server writes the membership into its own tree when it starts, hence the stat of that is its own.
    private static Map<String, String> tree(ClusterMember member) {
        Map<String, String> tree = Tree.dump(member.address());
        tree.computeIfPresent("/zookeeper/config", (_, text) -> text.substring(text.indexOf("] ")));
        return tree;
    }

    /// Compares the digests that members remember of the same transactions, but for those that one has done twice.
    static int digests(List<ClusterMember> members) {
        Map<String, String> known = new TreeMap<>();
        int compared = 0;
        for (ClusterMember member : members) {
            for (Map.Entry<String, String> each : digests(member).entrySet()) {
                String other = known.putIfAbsent(each.getKey(), each.getValue());
                if (other != null) {
                    assertThat(each.getValue())
                            .as("digest of %s at zxid %s", member, each.getKey())
                            .isEqualTo(other);
                    compared++;
                }
            }
        }
        return compared;
    }

    private static Map<String, String> digests(ClusterMember member) {
        Matcher matcher = DIGEST.matcher(member.word("hash"));
        Map<String, String> found = new TreeMap<>();
        while (matcher.find()) {
            found.put(matcher.group(1), matcher.group(2));
        }
        member.loggedAgain().forEach(zxid -> found.remove(Long.toHexString(zxid)));
        return found;
    }
}
