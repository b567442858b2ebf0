// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.mixed.Thorough;
import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.Product;
import java.io.IOException;
import java.nio.file.Files;
import org.apache.zookeeper.KeeperException;
import org.junit.jupiter.api.Test;

/// Goal: who the members are changes with servers of both products in any role, and both write down the same.
/// Method: servers come, vote, observe, lead, and go; after each change the files of all members are compared.
@OnZabra
class MixedReconfigIT extends WithChangingMembers {

    private static final int TRIES = 6;

    @Test
    void aServerOfOursComesAndGoesAmongApaches() throws Exception {
        start(Product.APACHE, Product.APACHE, Product.APACHE);
        comesAndGoes(Product.ZABRA);
    }

    @Test
    @Thorough
    void aServerOfApachesComesAndGoesAmongOurs() throws Exception {
        start(Product.ZABRA, Product.ZABRA, Product.ZABRA);
        comesAndGoes(Product.APACHE);
    }

    private void comesAndGoes(Product guest) throws Exception {
        join(4, guest);
        sameFiles(change(voter(4), null), 4);
        writes(4, "/votes");
        sameFiles(change(line(4, "observer"), null), 4);
        await().atMost(LIMIT).until(() -> members.get(4L).mode().equals("observer"));
        writes(4, "/observes");
        sameFiles(change(voter(4), null), 4);
        await().atMost(LIMIT).until(() -> members.get(4L).mode().equals("follower"));
        writes(4, "/votes-again");
        String without = change(null, "4");
        assertThat(ids(without)).containsExactly(1L, 2L, 3L);
        sameFiles(without, 3);
        members.remove(4L).close();
        writes(leader(), "/without");
    }

    /// Without an election: it has named its successor.
    @Test
    @Thorough
    void aLeaderOfApachesHandsOverToOneOfOurs() throws Exception {
        start(Product.ZABRA, Product.ZABRA, Product.APACHE);
        handsOver(Product.APACHE, "Looking");
    }

    @Test
    @Thorough
    void aLeaderOfOursHandsOverToOneOfApaches() throws Exception {
        start(Product.APACHE, Product.APACHE, Product.ZABRA);
        handsOver(Product.ZABRA, "New election. My id");
    }

    private void handsOver(Product leading, String search) throws Exception {
        long old = ledBy(leading);
        writes(old, "/before");
        long searches = searches(old, search);
        remove(old);
        await().atMost(LIMIT).until(() -> leader() != old);
        members.remove(old).close();
        awaitServing();
        long next = leader();
        String without = config(next);
        assertThat(ids(without)).containsExactly(1L, 2L);
        assertThat(members.get(next).product()).isNotEqualTo(leading);
        assertThat(searches(old, search)).as("nobody searches").isEqualTo(searches);
        writes(next, "/after");
        for (long sid : members.keySet()) {
            filesTell(sid, without);
            assertThat(file(sid, without)).isEqualTo(file(next, without));
        }
    }

    private void remove(long sid) throws Exception {
        try {
            change(null, Long.toString(sid));
        } catch (KeeperException.ConnectionLossException leaves) {
            // Apache's followers close the connections of their clients when they get another leader.
            assertThat(members.get(notLeader()).product()).isEqualTo(Product.APACHE);
        }
    }

    private long searches(long without, String text) throws IOException {
        long count = 0;
        for (MemberProcess member : members.values()) {
            count += member.sid() == without ? 0 : member.timesSaid(text);
        }
        return count;
    }

    /// Kills leaders until one of that product leads.
    private long ledBy(Product product) throws Exception {
        for (int i = 0; i < TRIES; i++) {
            long sid = leader();
            MemberProcess member = members.get(sid);
            if (member.product() == product) {
                return sid;
            }
            writes(sid, "/turn" + i);
            member.kill();
            await().atMost(LIMIT).until(() -> leader() != sid);
            member.startAgain();
            awaitServing();
        }
        throw new IllegalStateException("no leader of " + product);
    }

    private void sameFiles(String config, long last) throws Exception {
        for (long sid = 1; sid <= last; sid++) {
            filesTell(sid, config);
            assertThat(file(sid, config)).isEqualTo(file(1, config));
        }
    }

    private String file(long sid, String config) throws IOException {
        return Files.readString(members.get(sid).folder().resolve("zoo.cfg.dynamic." + version(config)));
    }
}
