// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.Product;
import io.zabra.interop.process.RunningEnsemble;
import io.zabra.interop.process.RunningServer;
import io.zabra.interop.process.ServerSetup;
import io.zabra.interop.raw.Frame;
import io.zabra.interop.raw.Handshake;
import io.zabra.interop.raw.Jute;
import io.zabra.interop.raw.Ops;
import io.zabra.interop.raw.RawClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: sessions that only one member knows are what they are in an ensemble of Apache's.
/// Method: the same clients do the same at both, and all that can be seen of their sessions is written down.
@OnZabra
class LocalSessionsIT {

    private static final int TIMEOUT_MS = 20_000;
    private static final int EPHEMERAL = 1;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    @Test
    void sessionsAreMadeKnownToAllWhenTheyCreateAnEphemeral() {
        List<String> ours = story(Product.ZABRA, true);
        assertThat(ours).isEqualTo(story(Product.APACHE, true));
        assertThat(ours)
                .contains("begun: local at the follower, not known to the leader", "create an ephemeral: 0")
                .contains("upgraded: known to both", "moves to the leader: true");
    }

    @Test
    void sessionsThatMayNotBecomeKnownCreateNoEphemerals() {
        List<String> ours = story(Product.ZABRA, false);
        assertThat(ours).isEqualTo(story(Product.APACHE, false));
        assertThat(ours)
                .contains("create an ephemeral: -120", "refused: local at the follower, not known to the leader")
                .contains("moves to the leader: false");
    }

    private List<String> story(Product product, boolean upgrades) {
        ServerSetup setup = ServerSetup.of(product, directory.resolve(product.name() + upgrades))
                .withConfig("localSessionsEnabled", "true")
                .withConfig("localSessionsUpgradingEnabled", Boolean.toString(upgrades))
                .withConfig("4lw.commands.whitelist", "*");
        var story = new ArrayList<String>();
        try (RunningEnsemble ensemble = RunningEnsemble.start(setup)) {
            RunningServer follower = ensemble.follower();
            RunningServer leader = ensemble.leader();
            try (RawClient client = RawClient.open(follower.address(), Handshake.fresh(TIMEOUT_MS))) {
                story.add("begun: " + standing(client, follower, leader));
                story.add("shape of the follower's dump: " + shape(follower));
                story.add("shape of the leader's dump: " + shape(leader));
                story.add("create: " + error(client.call(Ops.CREATE, Ops.create("/p", Ops.EMPTY, 0))));
                story.add("set: " + error(client.call(Ops.SET_DATA, Ops.setData("/p", Ops.EMPTY, 0))));
                story.add("written: " + standing(client, follower, leader));
                story.add("create an ephemeral: "
                        + error(client.call(Ops.CREATE, Ops.create("/p/e", Ops.EMPTY, EPHEMERAL))));
                story.add((upgrades ? "upgraded: " : "refused: ") + standing(client, follower, leader));
                story.add("shape of the follower's dump: " + shape(follower));
                story.add("moves to the leader: " + moves(client, leader));
            }
            atTheLeader(leader, story);
            // Apache's leader takes the session for one that has ended.
            int refusal = product == Product.APACHE ? -112 : -120;
            assertThat(inMulti(follower)).as("in a multi at %s", product).isEqualTo(upgrades ? 0 : refusal);
            ends(follower, leader, story);
        }
        return story;
    }

    private static void atTheLeader(RunningServer leader, List<String> story) {
        try (RawClient client = RawClient.open(leader.address(), Handshake.fresh(TIMEOUT_MS))) {
            story.add("at the leader: " + (isGlobal(client, leader) ? "known" : "local"));
            story.add("ephemeral at the leader: "
                    + error(client.call(Ops.CREATE, Ops.create("/p/l", Ops.EMPTY, EPHEMERAL))));
            story.add("then at the leader: " + (isGlobal(client, leader) ? "known" : "local"));
            story.add("close: " + error(client.call(Ops.CLOSE_SESSION, Ops.EMPTY)));
        }
    }

    private static int inMulti(RunningServer follower) {
        try (RawClient client = RawClient.open(follower.address(), Handshake.fresh(TIMEOUT_MS))) {
            var body = new Jute();
            Ops.multiHeader(body, Ops.CREATE).raw(Ops.create("/p/m", Ops.EMPTY, EPHEMERAL));
            Frame answer = client.callOk(Ops.MULTI, Ops.multiEnd(body).toBytes());
            var results = answer.reader();
            results.int32();
            results.bool();
            return results.int32();
        }
    }

    /// A session that is closed, and one that falls silent.
    private static void ends(RunningServer follower, RunningServer leader, List<String> story) {
        try (RawClient closed = RawClient.open(follower.address(), Handshake.fresh(TIMEOUT_MS));
                RawClient silent = RawClient.open(follower.address(), Handshake.fresh(4_000))) {
            story.add("close a local one: " + error(closed.call(Ops.CLOSE_SESSION, Ops.EMPTY)));
            story.add("closed: " + standing(closed, follower, leader));
            story.add("closed comes again: " + moves(closed, follower));
            await().atMost(PATIENCE)
                    .until(() -> standing(silent, follower, leader).startsWith("unknown"));
            story.add("silent comes again: " + moves(silent, follower));
        }
    }

    private static int error(Frame frame) {
        assertThat(frame).as("an answer").isNotNull();
        return frame.error();
    }

    /// Whether another connection gets the session.
    private static boolean moves(RawClient client, RunningServer to) {
        try (RawClient other = RawClient.dial(to.address())) {
            var session = client.session();
            var answer =
                    other.shakeHands(Handshake.fresh(TIMEOUT_MS).ofSession(session.sessionId(), session.password()));
            return answer != null && answer.accepted();
        }
    }

    private static String standing(RawClient client, RunningServer follower, RunningServer leader) {
        boolean here = isGlobal(client, follower);
        boolean there = isGlobal(client, leader);
        if (here && there) {
            return "known to both";
        }
        String local = sessions(follower).contains(name(client)) ? "local at the follower" : "unknown at the follower";
        return (here ? "known at the follower" : local) + ", " + (there ? "known" : "not known") + " to the leader";
    }

    private static boolean isGlobal(RawClient client, RunningServer at) {
        String all = sessions(at);
        return all.substring(all.indexOf("Global Session")).contains(name(client));
    }

    private static String name(RawClient client) {
        return "0x" + Long.toHexString(client.session().sessionId());
    }

    /// The part of `dump` that tells of sessions.
    private static String sessions(RunningServer server) {
        String dump = server.fourLetterWord("dump");
        return dump.substring(0, dump.indexOf("ephemeral nodes dump:"));
    }

    /// The same, without what differs from one server, or second, to another. Apache lists sets that are empty by now.
    private static String shape(RunningServer server) {
        return sessions(server)
                .replaceAll("0x[0-9a-f]+", "ID")
                .replaceAll("Sets \\([0-9]+\\)", "Sets (N)")
                .replaceAll("\\n0 expire at .*:", "")
                .replaceAll("expire at .*:", "expire at TIME:")
                .replace("\n", "|");
    }
}
