// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.base.NodeConfig;
import io.zabra.core.base.Now;
import io.zabra.core.base.Prng;
import io.zabra.core.effect.Effects;
import io.zabra.core.effect.Event;
import io.zabra.core.election.ElectionTiming;
import io.zabra.core.feed.PeerLink;
import io.zabra.core.log.Entry;
import io.zabra.core.log.Epochs;
import io.zabra.core.log.History;
import io.zabra.core.log.ReceivedSnapshot;
import io.zabra.core.log.Span;
import io.zabra.core.quorum.Membership;
import io.zabra.core.tree.ChangeListener;
import io.zabra.core.tree.DataTree;
import io.zabra.core.tree.FrozenTree;
import io.zabra.core.tree.Paths;
import io.zabra.core.tree.TreeOptions;
import io.zabra.core.zab.Ensemble;
import io.zabra.core.zab.PeerEffects;
import io.zabra.core.zab.PeerInput;
import io.zabra.core.zab.Timing;
import io.zabra.core.zab.ZabEvent;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.data.Acl;
import io.zabra.wire.quorum.Notification;
import io.zabra.wire.quorum.PeerState;
import io.zabra.wire.quorum.QuorumPacket;
import io.zabra.wire.txn.CreateTxn;
import io.zabra.wire.txn.DeleteTxn;
import io.zabra.wire.txn.LoggedTxn;
import io.zabra.wire.txn.MultiTxn;
import io.zabra.wire.txn.SetDataTxn;
import io.zabra.wire.txn.Txn;
import io.zabra.wire.txn.TxnDigest;
import io.zabra.wire.txn.TxnHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// A member beside a leader of Apache's, which sends a tree that changes while it is sent.
class FollowingApacheTest {

    private static final String CONFIG = """
        server.1=a:1:2:participant
        server.2=b:1:2:participant
        server.3=c:1:2:participant
        version=0\
        """;

    /// What the leader does, one transaction after the other.
    private static final List<Txn> CHANGES = List.of(
            create("/a", 1),
            create("/a/b", 1),
            new SetDataTxn("/a", new byte[] {1}, 1),
            new DeleteTxn("/a/b"),
            create("/a/c", 3),
            new SetDataTxn("/a", new byte[] {2}, 2));

    private final List<String> said = new ArrayList<>();
    private final Surroundings surroundings = new Surroundings();
    private final Leader leader = new Leader();
    private final DataTree truth = DataTree.fresh(TreeOptions.defaults());
    private final List<LoggedTxn> txns = new ArrayList<>();
    private final CountingMeter meter = new CountingMeter();
    private Node node = node(DataTree.fresh(TreeOptions.defaults()), History.Start.at(0), new Epochs(0, 0));

    private Node node(DataTree tree, History.Start start, Epochs epochs) {
        var ensemble = new Ensemble.Config(
                1, Membership.parse(CONFIG), new Timing(1_000, 10_000, 5_000), ElectionTiming.DEFAULT);
        return new Node(
                NodeConfig.defaults(),
                new Restored(tree, new TreeMap<>()),
                new Node.Joined(ensemble, start, epochs, surroundings),
                now(),
                new Prng(1),
                meter);
    }

    private static Txn create(String path, int parentCversion) {
        return new CreateTxn(path, new byte[] {7}, Acl.OPEN, false, parentCversion);
    }

    private static Now now() {
        return new Now(1_000_000_000L, 1_700_000_000_000L);
    }

    private void step(PeerInput input) {
        node.step(new Input.Peer(input), now(), surroundings);
    }

    private void gets(QuorumPacket packet) {
        step(new PeerInput.Received(leader, packet));
    }

    /// The leader's transaction number `counter`, with the digest that it foretells.
    private LoggedTxn txn(int counter) {
        while (txns.size() < counter) {
            Txn change = CHANGES.get(txns.size());
            TxnHeader header = new TxnHeader(5, 1, (1L << 32) + txns.size() + 1, 9, type(change));
            truth.apply(header, change, ChangeListener.NONE);
            txns.add(new LoggedTxn(header, change, new TxnDigest(TxnDigest.VERSION, truth.digest())));
        }
        return txns.get(counter - 1);
    }

    private static int type(Txn change) {
        OpCode op = switch (change) {
            case CreateTxn _ -> OpCode.CREATE;
            case DeleteTxn _ -> OpCode.DELETE;
            case MultiTxn _ -> OpCode.MULTI;
            default -> OpCode.SET_DATA;
        };
        return op.number();
    }

    private void anew() {
        said.clear();
        node = node(DataTree.fresh(TreeOptions.defaults()), History.Start.at(0), new Epochs(0, 0));
    }

    private void proposed(int counter) {
        gets(new QuorumPacket.Proposal((1L << 32) + counter, txn(counter).encode()));
    }

    private void committed(int counter) {
        gets(new QuorumPacket.Commit((1L << 32) + counter));
    }

    private void hearsOf(long sid, PeerState state) {
        step(new PeerInput.Heard(sid, new Notification(state, 3, 0, 1, 0, CONFIG)));
    }

    /// Comes as far as the beginning of a snapshot.
    private void joins() {
        node.step(new Input.Tick(), now(), surroundings);
        hearsOf(2, PeerState.FOLLOWING);
        hearsOf(3, PeerState.LEADING);
        connects(new Epochs(1, 0));
    }

    private void connects(Epochs accepted) {
        step(new PeerInput.LeaderConnected(leader));
        gets(new QuorumPacket.LeaderInfo(1, QuorumPacket.PROTOCOL_VERSION));
        step(new PeerInput.EpochsDurable(accepted));
    }

    /// The snapshot says to be of transaction `counter`, and holds some of what came until `until`.
    private void snapshot(int counter, int until) {
        gets(new QuorumPacket.Snap((1L << 32) + counter));
        step(new PeerInput.SnapshotReceived(
                leader, new ReceivedSnapshot((1L << 32) + counter, fuzzy(counter, until), new TreeMap<>(), "file")));
    }

    private DataTree fuzzy(int counter, int until) {
        DataTree fuzzy = DataTree.fresh(TreeOptions.defaults());
        for (int i = 1; i <= until; i++) {
            if (i <= counter || i == 2 || i > 4) {
                fuzzy.replay(txn(i).header(), txn(i).txn());
            }
        }
        return fuzzy;
    }

    private void begins() {
        gets(new QuorumPacket.NewLeader(1L << 32, null));
        step(new PeerInput.EpochsDurable(new Epochs(1, 1)));
        gets(new QuorumPacket.UpToDate());
    }

    @Test
    void whatTheSnapshotHoldsAlreadyIsAppliedAsFarAsItFits() {
        joins();
        snapshot(1, 4);
        for (int i = 2; i <= 4; i++) {
            proposed(i);
            committed(i);
        }
        begins();
        assertThat(said).contains("ACK 0x100000000").doesNotContain("closed");
        assertThat(node.tree().digest()).isEqualTo(txn(4).digest().digest());
        assertThat(serves()).isTrue();
    }

    @Test
    void onlyWhatIsAppliedWhileItServesTellsHowFastItHearsOfWrites() {
        joins();
        snapshot(1, 1);
        for (int i = 2; i <= 4; i++) {
            proposed(i);
            committed(i);
        }
        begins();
        assertThat(serves()).isTrue();
        assertThat(meter.applied).isZero();
        proposed(5);
        node.step(new Input.Durable((1L << 32) + 5), now(), surroundings);
        committed(5);
        assertThat(node.tree().lastZxid()).isEqualTo((1L << 32) + 5);
        assertThat(meter.applied).isEqualTo(1);
    }

    @Test
    void aTreeThatStaysWrongIsAskedForAgain() {
        joins();
        snapshot(1, 5);
        for (int i = 2; i <= 4; i++) {
            proposed(i);
            committed(i);
        }
        begins();
        assertThat(said).contains("dial");
        assertThat(serves()).isFalse();
        said.clear();
        connects(new Epochs(1, 1));
        assertThat(said).contains("ACKEPOCH -1 -1");
        snapshot(5, 5);
        proposed(6);
        committed(6);
        begins();
        assertThat(serves()).isTrue();
        assertThat(node.tree().digest()).isEqualTo(truth.digest());
    }

    @Test
    void aWrongPredictionWhileServingIsAReasonToAskForASnapshot() {
        joins();
        snapshot(4, 4);
        begins();
        assertThat(serves()).isTrue();
        LoggedTxn right = txn(5);
        LoggedTxn wrong = new LoggedTxn(right.header(), right.txn(), new TxnDigest(TxnDigest.VERSION, 1));
        gets(new QuorumPacket.Proposal(right.header().zxid(), wrong.encode()));
        committed(5);
        node.step(new Input.Durable(right.header().zxid()), now(), surroundings);
        assertThat(serves()).isFalse();
        assertThat(said).contains("dial");
    }

    /// Both come at once, and the second does not fit to what the first has made of the tree.
    @Test
    void nothingIsAppliedToATreeThatIsKnownToBeWrong() {
        joins();
        snapshot(3, 3);
        begins();
        TxnHeader header = new TxnHeader(5, 1, txn(4).header().zxid(), 9, OpCode.CREATE.number());
        LoggedTxn strange = new LoggedTxn(header, create("/a/c", 3), new TxnDigest(TxnDigest.VERSION, 1));
        gets(new QuorumPacket.Proposal(strange.header().zxid(), strange.encode()));
        proposed(5);
        committed(5);
        node.step(new Input.Durable(txn(5).header().zxid()), now(), surroundings);
        assertThat(said).contains("dial");
        assertThat(node.history().applied()).isEqualTo(txn(4).header().zxid());
        assertThat(serves()).isFalse();
    }

    /// Without a digest that is the first that a server sees of a wrong tree.
    @Test
    void whatDoesNotFitIsAReasonToAskForASnapshot() {
        List<Txn> strange = List.of(
                create("/no/parent", 1),
                create("/a", 1),
                create("a", 1),
                create("", 1),
                new DeleteTxn("/b"),
                new DeleteTxn("/"),
                new DeleteTxn("/a"),
                new SetDataTxn("/b", new byte[0], 1),
                new MultiTxn(List.of(new MultiTxn.Op(OpCode.DELETE.number(), new DeleteTxn("/b")))));
        for (Txn each : strange) {
            anew();
            joins();
            snapshot(3, 2);
            begins();
            LoggedTxn txn = new LoggedTxn(new TxnHeader(5, 1, txn(4).header().zxid(), 9, type(each)), each, null);
            gets(new QuorumPacket.Proposal(txn.header().zxid(), txn.encode()));
            said.clear();
            committed(4);
            node.step(new Input.Durable(txn.header().zxid()), now(), surroundings);
            assertThat(said).as(each.toString()).contains("dial");
            assertThat(serves()).isFalse();
        }
    }

    @Test
    void membersBehindASnapshotThatNobodyCanReadAreAReasonToLookForAnotherLeader() {
        joins();
        snapshot(3, 3);
        Txn garbage = new SetDataTxn(Paths.CONFIG, "server.1=garbage\nversion=100000004".getBytes(UTF_8), -1);
        TxnHeader header = new TxnHeader(0, 0, txn(4).header().zxid(), 9, OpCode.RECONFIG.number());
        said.clear();
        gets(new QuorumPacket.Proposal(header.zxid(), new LoggedTxn(header, garbage, null).encode()));
        assertThat(said).contains("closed");
    }

    /// A process that ended between the snapshot and the transactions that it holds parts of.
    @Test
    void whatARestartFindsBehindItsSnapshotIsAppliedAsFarAsItFits() {
        List<Entry> tail = new ArrayList<>();
        for (int i = 2; i <= 4; i++) {
            tail.add(new Entry((1L << 32) + i, txn(i).encode()));
        }
        node = node(
                fuzzy(1, 4),
                new History.Start(
                        (1L << 32) + 1, List.of(new Span((1L << 32) + 2, (1L << 32) + 4)), (1L << 32) + 1, tail),
                new Epochs(1, 1));
        joins();
        gets(new QuorumPacket.Diff((1L << 32) + 4));
        begins();
        assertThat(serves()).isTrue();
        assertThat(node.tree().digest()).isEqualTo(txn(4).digest().digest());
    }

    private boolean serves() {
        Ensemble ensemble = node.membership();
        return ensemble != null && ensemble.serves();
    }

    /// The connection to the leader.
    private final class Leader implements PeerLink {

        @Override
        public void send(QuorumPacket packet) {
            switch (packet) {
                case QuorumPacket.Ack(long zxid) -> said.add("ACK 0x" + Long.toHexString(zxid));
                case QuorumPacket.AckEpoch(long last, int current) -> said.add("ACKEPOCH " + last + " " + current);
                default -> said.add(packet.getClass().getSimpleName());
            }
        }

        @Override
        public void snapshot(FrozenTree tree, SortedMap<Long, Integer> sessions) {
            throw new AssertionError("a learner sends none");
        }

        @Override
        public void close() {
            said.add("closed");
        }

        @Override
        public long unsentBytes() {
            return 0;
        }
    }

    /// Disk and network, of which only what the leader hears is of interest.
    private final class Surroundings implements Effects, PeerEffects {

        @Override
        public void append(long zxid, byte[] entry) {}

        @Override
        public void roll() {}

        @Override
        public void truncate(long zxid) {}

        @Override
        public void epochs(Epochs epochs) {}

        @Override
        public void install(ReceivedSnapshot snapshot, List<Entry> entries, Epochs epochs) {}

        @Override
        public void read(long zxid, long last, long bytesMax) {}

        @Override
        public void committed(long zxid) {}

        @Override
        public void elect(long to, Notification notification) {}

        @Override
        public void dial(long sid) {
            said.add("dial");
        }

        @Override
        public void admitLearners(boolean open) {}

        @Override
        public void snapshot(FrozenTree tree, SortedMap<Long, Integer> sessions) {
            tree.close();
        }

        @Override
        public void event(Event event) {}

        @Override
        public void event(ZabEvent event) {}
    }
}
