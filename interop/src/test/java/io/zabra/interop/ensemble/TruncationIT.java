// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.Product;
import io.zabra.interop.raw.Handshake;
import io.zabra.interop.raw.Ops;
import io.zabra.interop.raw.RawClient;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.Id;
import io.zabra.wire.quorum.PeerState;
import io.zabra.wire.quorum.QuorumPacket;
import io.zabra.wire.txn.CreateSessionTxn;
import io.zabra.wire.txn.CreateTxn;
import io.zabra.wire.txn.LoggedTxn;
import io.zabra.wire.txn.Txn;
import io.zabra.wire.txn.TxnHeader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Goal: what was never committed, and was cut off by a leader, is gone for good: from the log, from the tree that
/// clients read, and from what a restart brings back.
/// Method: a real server, number 1 of three, whose leaders are played by the test; they speak Apache's protocol.
@OnZabra
class TruncationIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long SELF = 3;
    private static final long WRITER = 0x0300_0000_0000_0001L;
    private static final int TIMEOUT_MS = 8_000;

    private final Map<Long, Ports> all = new TreeMap<>();
    private MemberProcess member;
    private Voter voter;
    private LeaderScript leader;

    @BeforeEach
    void start() throws Exception {
        for (long sid = 1; sid <= SELF; sid++) {
            all.put(sid, Ports.free());
        }
        leader = new LeaderScript(all.get(SELF));
        voter = Voter.start(SELF, 0, 0, all);
        member = MemberProcess.start(1, Product.ZABRA, all);
    }

    @AfterEach
    void stop() throws Exception {
        member.close();
        voter.close();
        leader.close();
    }

    @Test
    void aServerThatHasLedWithARecordForgetsItWhenItIsCutOff() throws Exception {
        beginFirstEpoch();
        propose(z(1, 1), "/a");
        leader.send(new QuorumPacket.Commit(z(1, 1)));
        propose(z(1, 2), "/ghost");
        leader.hangUp();

        // It is elected, leads without followers, and gives up.
        voter.look(0, 0);
        await().atMost(PATIENCE).until(() -> voter.state() == PeerState.FOLLOWING);
        assertThat(voter.vote().zxid()).isEqualTo(z(1, 2));
        await().atMost(PATIENCE).until(() -> member.said("Elected leader=1\\b.*Looking epoch=1"));

        assertThat(followMe(5, 6).lastZxid()).isEqualTo(z(1, 2));
        enter(6, new QuorumPacket.Trunc(z(1, 1)));
        assertThat(childrenOfTheRoot(z(6, 1))).containsExactlyInAnyOrder("a", "zookeeper");

        restart();
        assertThat(followMe(6, 7).lastZxid()).isEqualTo(z(6, 1));
        enter(7, new QuorumPacket.Diff(z(6, 1)));
        assertThat(childrenOfTheRoot(z(7, 1))).containsExactlyInAnyOrder("a", "zookeeper");
    }

    /// Where the leader cuts there is no record: it is the beginning of an epoch, of which one record is there.
    @Test
    void theOnlyRecordOfAnEpochIsCutOff() throws Exception {
        beginFirstEpoch();
        propose(z(1, 1), "/ghost");
        leader.hangUp();

        assertThat(followMe(5, 6).lastZxid()).isEqualTo(z(1, 1));
        enter(6, new QuorumPacket.Trunc(z(1, 0)));
        assertThat(childrenOfTheRoot(z(6, 1))).containsExactly("zookeeper");

        restart();
        assertThat(followMe(6, 7).lastZxid()).isEqualTo(z(6, 1));
        enter(7, new QuorumPacket.Diff(z(6, 1)));
        assertThat(childrenOfTheRoot(z(7, 1))).containsExactly("zookeeper");
    }

    private static long z(long epoch, long counter) {
        return epoch << 32 | counter;
    }

    private void beginFirstEpoch() throws IOException {
        await().atMost(PATIENCE).until(() -> voter.state() == PeerState.LEADING);
        accepts(1);
        enter(1, new QuorumPacket.Diff(0));
    }

    /// Wins an election as a server that was in `before`, and offers `epoch`.
    private QuorumPacket.AckEpoch followMe(long before, long epoch) throws IOException {
        voter.look(z(before, before == 5 ? 0 : 1), before);
        await().atMost(PATIENCE).until(() -> voter.state() == PeerState.LEADING);
        return accepts(epoch);
    }

    private QuorumPacket.AckEpoch accepts(long epoch) throws IOException {
        leader.accept();
        leader.read(QuorumPacket.LearnerInfo.class);
        leader.send(new QuorumPacket.LeaderInfo(epoch, QuorumPacket.PROTOCOL_VERSION));
        return leader.read(QuorumPacket.AckEpoch.class);
    }

    private void enter(long epoch, QuorumPacket way) throws IOException {
        StringBuilder config = new StringBuilder();
        all.forEach((sid, ports) -> config.append(
                "server." + sid + "=127.0.0.1:" + ports.quorum() + ":" + ports.election() + ":participant\n"));
        byte[] bytes = (config + "version=0").getBytes(StandardCharsets.UTF_8);
        leader.send(way, new QuorumPacket.NewLeader(z(epoch, 0), bytes));
        assertThat(leader.read(QuorumPacket.Ack.class).zxid()).isEqualTo(z(epoch, 0));
        leader.send(new QuorumPacket.UpToDate());
        assertThat(leader.read(QuorumPacket.Ack.class).zxid()).isEqualTo(z(epoch, 0));
    }

    private void propose(long zxid, String path) throws IOException {
        List<Acl> open = List.of(new Acl(31, new Id("world", "anyone")));
        propose(WRITER, zxid, 1, new CreateTxn(path, new byte[0], open, false, CreateTxn.ONE_MORE));
    }

    /// Returns when the record is on the server's disk.
    private void propose(long session, long zxid, int type, Txn txn) throws IOException {
        var header = new TxnHeader(session, 0, zxid, System.currentTimeMillis(), type);
        leader.send(new QuorumPacket.Proposal(zxid, new LoggedTxn(header, txn, null).encode()));
        assertThat(leader.read(QuorumPacket.Ack.class).zxid()).isEqualTo(zxid);
    }

    /// What a new client of the server is shown. Its session begins with the transaction `zxid`.
    private List<String> childrenOfTheRoot(long zxid) throws Exception {
        var address = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), all.get(1L).client());
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<List<String>> answer = thread.submit(() -> {
                try (RawClient client = RawClient.open(address, Handshake.fresh(TIMEOUT_MS))) {
                    return client.callOk(Ops.GET_CHILDREN, Ops.read("/", false))
                            .reader()
                            .strings();
                }
            });
            long session = leader.read(QuorumPacket.Forward.class).sessionId();
            propose(session, zxid, Ops.CREATE_SESSION, new CreateSessionTxn(TIMEOUT_MS));
            leader.send(new QuorumPacket.Commit(zxid));
            return answer.get();
        }
    }

    private void restart() throws Exception {
        leader.hangUp();
        member.kill();
        member.startAgain();
    }
}
