// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.process.Product;
import io.zabra.interop.raw.Frame;
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

/// A real server, number 1 of three, whose leaders are played by the test; they speak Apache's protocol.
abstract class LedByTheTest {

    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final long SELF = 3;
    static final long WRITER = 0x0300_0000_0000_0001L;
    static final int TIMEOUT_MS = 8_000;

    final Map<Long, Ports> all = new TreeMap<>();
    MemberProcess member;
    Voter voter;
    LeaderScript leader;

    @BeforeEach
    final void start() throws Exception {
        for (long sid = 1; sid <= SELF; sid++) {
            all.put(sid, Ports.free());
        }
        leader = new LeaderScript(all.get(SELF));
        voter = Voter.start(SELF, 0, 0, all);
        member = MemberProcess.start(1, product(), all);
    }

    @AfterEach
    final void stop() throws Exception {
        member.close();
        voter.close();
        leader.close();
    }

    /// What the learner is.
    Product product() {
        return Product.ZABRA;
    }

    static long z(long epoch, long counter) {
        return epoch << 32 | counter;
    }

    void beginFirstEpoch() throws IOException {
        await().atMost(PATIENCE).until(() -> voter.state() == PeerState.LEADING);
        accepts(1);
        enter(1, new QuorumPacket.Diff(0));
    }

    /// Wins an election as a server that was in `before`, and offers `epoch`.
    QuorumPacket.AckEpoch followMe(long before, long epoch) throws IOException {
        voter.look(z(before, before == 5 ? 0 : 1), before);
        await().atMost(PATIENCE).until(() -> voter.state() == PeerState.LEADING);
        return accepts(epoch);
    }

    QuorumPacket.AckEpoch accepts(long epoch) throws IOException {
        leader.accept();
        leader.read(QuorumPacket.LearnerInfo.class);
        leader.send(new QuorumPacket.LeaderInfo(epoch, QuorumPacket.PROTOCOL_VERSION));
        return leader.read(QuorumPacket.AckEpoch.class);
    }

    void enter(long epoch, QuorumPacket way) throws IOException {
        leader.send(way, newLeader(epoch));
        assertThat(leader.read(QuorumPacket.Ack.class).zxid()).isEqualTo(z(epoch, 0));
        leader.send(new QuorumPacket.UpToDate());
        assertThat(leader.read(QuorumPacket.Ack.class).zxid()).isEqualTo(z(epoch, 0));
    }

    QuorumPacket newLeader(long epoch) {
        StringBuilder config = new StringBuilder();
        all.forEach((sid, ports) -> config.append(
                "server." + sid + "=127.0.0.1:" + ports.quorum() + ":" + ports.election() + ":participant\n"));
        byte[] bytes = (config + "version=0").getBytes(StandardCharsets.UTF_8);
        return new QuorumPacket.NewLeader(z(epoch, 0), bytes);
    }

    static QuorumPacket proposal(long zxid, String path) {
        List<Acl> open = List.of(new Acl(31, new Id("world", "anyone")));
        return proposal(WRITER, zxid, 1, new CreateTxn(path, new byte[0], open, false, CreateTxn.ONE_MORE));
    }

    static QuorumPacket proposal(long session, long zxid, int type, Txn txn) {
        return proposal(new TxnHeader(session, 0, zxid, 1_700_000_000_000L + zxid, type), txn);
    }

    static QuorumPacket proposal(TxnHeader header, Txn txn) {
        return new QuorumPacket.Proposal(header.zxid(), new LoggedTxn(header, txn, null).encode());
    }

    /// Returns when the record is on the server's disk.
    void propose(long zxid, String path) throws IOException {
        propose(proposal(zxid, path), zxid);
    }

    void propose(QuorumPacket proposal, long zxid) throws IOException {
        leader.send(proposal);
        assertThat(leader.read(QuorumPacket.Ack.class).zxid()).isEqualTo(zxid);
    }

    /// What a new client of the server is shown. Its session begins with the transaction `zxid`.
    List<String> childrenOfTheRoot(long zxid) throws Exception {
        return whatIsAnswered(zxid, Ops.GET_CHILDREN, Ops.read("/", false), () -> {})
                .reader()
                .strings();
    }

    /// What the leader does once a client's session has begun.
    interface Part {

        void play() throws Exception;
    }

    /// What a new client of the server is answered. Its session begins with the transaction `zxid`.
    Frame whatIsAnswered(long zxid, int op, byte[] request, Part part) throws Exception {
        var address = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), all.get(1L).client());
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<Frame> answer = thread.submit(() -> {
                try (RawClient client = RawClient.open(address, Handshake.fresh(TIMEOUT_MS))) {
                    return client.callOk(op, request);
                }
            });
            long session = leader.read(QuorumPacket.Forward.class).sessionId();
            propose(proposal(session, zxid, Ops.CREATE_SESSION, new CreateSessionTxn(TIMEOUT_MS)), zxid);
            leader.send(new QuorumPacket.Commit(zxid));
            part.play();
            return answer.get();
        }
    }

    void restart() throws Exception {
        leader.hangUp();
        member.kill();
        member.startAgain();
    }
}
