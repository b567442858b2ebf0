// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import io.zabra.core.base.NodeConfig;
import io.zabra.core.base.Now;
import io.zabra.core.base.Prng;
import io.zabra.core.effect.Effects;
import io.zabra.core.effect.Event;
import io.zabra.core.effect.Meter;
import io.zabra.core.election.ElectionTiming;
import io.zabra.core.feed.PeerLink;
import io.zabra.core.log.Entry;
import io.zabra.core.log.Epochs;
import io.zabra.core.log.History;
import io.zabra.core.log.ReceivedSnapshot;
import io.zabra.core.log.Zxid;
import io.zabra.core.node.TestWorld.Peer;
import io.zabra.core.node.TestWorld.Sent;
import io.zabra.core.quorum.Membership;
import io.zabra.core.quorum.PeerAddress;
import io.zabra.core.quorum.Quorums;
import io.zabra.core.session.Tag;
import io.zabra.core.tree.DataTree;
import io.zabra.core.tree.FrozenTree;
import io.zabra.core.tree.TreeOptions;
import io.zabra.core.zab.Ensemble;
import io.zabra.core.zab.PeerEffects;
import io.zabra.core.zab.PeerInput;
import io.zabra.core.zab.Timing;
import io.zabra.core.zab.ZabEvent;
import io.zabra.wire.client.ConnectRequest;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.Request;
import io.zabra.wire.quorum.Notification;
import io.zabra.wire.quorum.PeerState;
import io.zabra.wire.quorum.QuorumPacket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Nodes that form an ensemble, with a network and disks that are quick and never fail. What somebody sends is
/// delivered in the order in which all of it was sent.
final class EnsembleWorld {

    /// Hash of the password "super", for the user of that name.
    private static final String SUPER = "gG7s8t3oDEtIqF6DM9LlI/R+9Ss=";

    private static final int TICK_MS = 10;

    private final ArrayDeque<Runnable> underWay = new ArrayDeque<>();
    private final Membership membership;
    private final NodeConfig.Sessions sessions;
    private final NodeConfig.Reads reads;
    private final long lastNumber;
    /// How often a learner has asked a leader what is committed.
    int questions;
    final TreeMap<Long, Machine> machines = new TreeMap<>();
    /// Servers that are found nowhere else, whatever others take for their places.
    final TreeMap<Long, PeerAddress> moved = new TreeMap<>();
    long nowMs = 1_000;

    EnsembleWorld(int count) {
        this(count, NodeConfig.Reads.DEFAULT);
    }

    EnsembleWorld(int count, NodeConfig.Sessions sessions) {
        this(count, sessions, NodeConfig.Reads.DEFAULT, Zxid.COUNTER_MAX);
    }

    EnsembleWorld(Membership members, NodeConfig.Sessions sessions) {
        this(members, sessions, NodeConfig.Reads.DEFAULT, Zxid.COUNTER_MAX);
    }

    EnsembleWorld(int count, NodeConfig.Reads reads) {
        this(count, NodeConfig.defaults().sessions(), reads, Zxid.COUNTER_MAX);
    }

    /// @param lastNumber of an epoch
    EnsembleWorld(int count, NodeConfig.Sessions sessions, NodeConfig.Reads reads, long lastNumber) {
        this(membership(count), sessions, reads, lastNumber);
    }

    private EnsembleWorld(Membership members, NodeConfig.Sessions sessions, NodeConfig.Reads reads, long lastNumber) {
        this.sessions = sessions;
        this.reads = reads;
        this.membership = members;
        this.lastNumber = lastNumber;
        for (long sid : members.members().keySet()) {
            machines.put(sid, new Machine(sid, membership, Ensemble.Changes.NONE, new Epochs(0, 0)));
        }
    }

    /// Members that may change, and servers that are none yet: each of these knows the members and itself.
    EnsembleWorld(Membership members, int strangers) {
        membership = members;
        sessions = NodeConfig.defaults().sessions();
        reads = NodeConfig.Reads.DEFAULT;
        lastNumber = Zxid.COUNTER_MAX;
        var changes = new Ensemble.Changes(true, 2, null);
        long last = members.members().lastKey();
        for (long sid : members.members().keySet()) {
            machines.put(sid, new Machine(sid, members, changes, new Epochs(0, 0)));
        }
        for (long sid = last + 1; sid <= last + strangers; sid++) {
            String known = members.text() + "\n" + line(sid, "participant");
            // They have taken part before: who has nothing would need a snapshot, which nobody sends here.
            machines.put(sid, new Machine(sid, Membership.parse(known), changes, new Epochs(1, 0)));
        }
    }

    static Membership membership(int count) {
        List<String> lines = new ArrayList<>();
        for (long sid = 1; sid <= count; sid++) {
            lines.add(line(sid, "participant"));
        }
        return Membership.parse(String.join("\n", lines));
    }

    static String line(long sid, String role) {
        return "server." + sid + "=host" + sid + ":2888:3888:" + role + ";host" + sid + ":2181";
    }

    /// Lets time pass, and everything happen that is due.
    void pass(int ms) {
        long until = nowMs + ms;
        while (nowMs < until) {
            nowMs += TICK_MS;
            machines.values().forEach(each -> each.step(new Input.Tick()));
            settle();
        }
    }

    void settle() {
        while (!underWay.isEmpty()) {
            underWay.remove().run();
        }
    }

    /// Lets the next of what is under way happen, at most so many.
    void settle(int count) {
        for (int i = 0; i < count && !underWay.isEmpty(); i++) {
            underWay.remove().run();
        }
    }

    Machine leader() {
        return machines.values().stream()
                .filter(each -> each.up && each.state() == PeerState.LEADING && each.serves())
                .findFirst()
                .orElseThrow(() -> new AssertionError("nobody leads"));
    }

    List<Machine> followers() {
        return machines.values().stream()
                .filter(each -> each.up && each.state() == PeerState.FOLLOWING && each.serves())
                .toList();
    }

    private Now now() {
        return new Now(nowMs * 1_000_000, 1_700_000_000_000L + nowMs);
    }

    /// One end of a connection between two machines.
    private final class Pipe implements PeerLink {

        private final Machine owner;
        private final Machine far;
        private @Nullable Pipe other;
        private boolean open = true;

        Pipe(Machine owner, Machine far) {
            this.owner = owner;
            this.far = far;
        }

        @Override
        public void send(QuorumPacket packet) {
            questions += packet instanceof QuorumPacket.Forward forward && forward.op() == OpCode.SYNC.number() ? 1 : 0;
            if (owner.mute && packet instanceof QuorumPacket.Ack) {
                return;
            }
            underWay.add(() -> deliver(packet));
        }

        private void deliver(QuorumPacket packet) {
            if (far.deaf) {
                far.unheard.add(() -> deliver(packet));
            } else if (open && other != null && other.open) {
                far.step(new Input.Peer(new PeerInput.Received(other, packet)));
            }
        }

        @Override
        public void snapshot(FrozenTree tree, SortedMap<Long, Integer> sessions) {
            throw new AssertionError("the members here have all that they need");
        }

        @Override
        public void close() {
            open = false;
            underWay.add(() -> {
                if (other != null && other.open) {
                    other.open = false;
                    far.step(new Input.Peer(new PeerInput.Disconnected(other)));
                }
            });
        }

        @Override
        public long unsentBytes() {
            return 0;
        }
    }

    /// One server with its disk.
    final class Machine implements Effects, PeerEffects {

        final long sid;
        final Node node;
        final List<Pipe> pipes = new ArrayList<>();
        final List<ZabEvent> events = new ArrayList<>();
        boolean up = true;
        /// Whether it acknowledges nothing.
        boolean mute;
        /// Whether packets do not reach it, for now.
        boolean deaf;

        private final ArrayDeque<Runnable> unheard = new ArrayDeque<>();
        /// What the disk would keep.
        @Nullable
        Quorums told;

        private boolean admits;

        Machine(long sid, Membership known, Ensemble.Changes changes, Epochs epochs) {
            this.sid = sid;
            NodeConfig defaults = NodeConfig.defaults();
            NodeConfig.Tree tree = defaults.tree();
            boolean change = changes.enabled();
            NodeConfig config = new NodeConfig(
                    (int) sid,
                    sessions,
                    new NodeConfig.Tree(
                            false, false, false, true, "super:" + SUPER, true, "SHA1", change, tree.requiredSchemes()),
                    defaults.snapshots(),
                    defaults.sweep(),
                    defaults.throttle(),
                    defaults.limits(),
                    reads);
            var timing = new Timing(1_000, 10_000, 5_000);
            var ensemble = new Ensemble.Config(sid, known, changes, timing, ElectionTiming.DEFAULT, lastNumber);
            node = new Node(
                    config,
                    new Restored(DataTree.fresh(TreeOptions.defaults()), new TreeMap<>()),
                    new Node.Joined(ensemble, History.Start.at(0), epochs, this),
                    now(),
                    new Prng(sid),
                    Meter.NONE);
        }

        void step(Input input) {
            if (up) {
                node.step(input, now(), this);
            }
        }

        /// Gets what it was sent while it was deaf.
        void hearLate() {
            underWay.addAll(unheard);
            unheard.clear();
        }

        PeerState state() {
            return ensemble().state();
        }

        boolean serves() {
            return ensemble().serves();
        }

        private Ensemble ensemble() {
            Ensemble ensemble = node.membership();
            if (ensemble == null) {
                throw new AssertionError("not a member");
            }
            return ensemble;
        }

        /// The process is gone, and its connections with it.
        void die() {
            up = false;
            pipes.forEach(Pipe::close);
            settle();
        }

        /// Its connections to other members break.
        void hangUp() {
            for (Pipe pipe : pipes) {
                if (pipe.open && pipe.other != null) {
                    pipe.close();
                    step(new Input.Peer(new PeerInput.Disconnected(pipe)));
                }
            }
        }

        Peer connect() {
            Peer peer = begin(0, new byte[16]);
            pass(50);
            return peer;
        }

        Peer begin(long sessionId, byte[] password) {
            return begin(sessionId, password, false);
        }

        /// @param reads whether the client wants to read, if it can have no more
        Peer begin(long sessionId, byte[] password, boolean reads) {
            return begin(sessionId, password, reads, 10_000);
        }

        Peer begin(long sessionId, byte[] password, boolean reads, int timeoutMs) {
            return begin(new Peer(), sessionId, password, reads, timeoutMs);
        }

        /// Comes by the port for linearizable reads.
        Peer connectLinearizable() {
            Peer peer = begin(new Peer(true), 0, new byte[16], false, 10_000);
            pass(50);
            return peer;
        }

        private Peer begin(Peer peer, long sessionId, byte[] password, boolean reads, int timeoutMs) {
            step(new Input.Connect(peer.client, new ConnectRequest(0, 0, timeoutMs, sessionId, password, reads, true)));
            settle();
            return peer;
        }

        int send(Peer peer, Request request) {
            int xid = ++peer.xid;
            step(new Input.Submit(peer.client, new Tag(xid, request.op(), 0, 100), request));
            return xid;
        }

        Sent.Reply call(Peer peer, Request request) {
            int xid = send(peer, request);
            settle();
            for (Sent sent : peer.sent) {
                if (sent instanceof Sent.Reply reply && reply.xid() == xid) {
                    peer.sent.remove(sent);
                    return reply;
                }
            }
            throw new AssertionError("no reply to " + request + ", but " + peer.sent);
        }

        @Override
        public void append(long zxid, byte[] entry) {
            underWay.add(() -> step(new Input.Durable(zxid)));
        }

        @Override
        public void roll() {
            // There are no files here.
        }

        @Override
        public void truncate(long zxid) {
            // Nothing is kept that would have to go.
        }

        @Override
        public void epochs(Epochs epochs) {
            underWay.add(() -> step(new Input.Peer(new PeerInput.EpochsDurable(epochs))));
        }

        @Override
        public void install(ReceivedSnapshot snapshot, List<Entry> entries, Epochs epochs) {
            throw new AssertionError("nobody sends snapshots here");
        }

        @Override
        public void read(long zxid, long last, long bytesMax) {
            throw new AssertionError("everything is in memory here");
        }

        @Override
        public void committed(long zxid) {
            // Nobody starts again here.
        }

        private boolean finds(long other) {
            PeerAddress place = moved.get(other);
            return place == null || told != null && told.places(other).contains(place);
        }

        @Override
        public void elect(long to, Notification notification) {
            if (!finds(to)) {
                return;
            }
            Machine target = machines.get(to);
            underWay.add(() -> target.step(new Input.Peer(new PeerInput.Heard(sid, notification))));
        }

        @Override
        public void dial(long leader) {
            Machine target = machines.get(leader);
            underWay.add(() -> {
                if (!target.up || !target.admits || !finds(leader)) {
                    step(new Input.Peer(new PeerInput.LeaderUnreachable(leader)));
                    return;
                }
                Pipe mine = new Pipe(this, target);
                Pipe others = new Pipe(target, this);
                mine.other = others;
                others.other = mine;
                pipes.add(mine);
                target.pipes.add(others);
                target.step(new Input.Peer(new PeerInput.LearnerConnected(others)));
                step(new Input.Peer(new PeerInput.LeaderConnected(mine)));
            });
        }

        @Override
        public void admitLearners(boolean open) {
            admits = open;
        }

        @Override
        public void snapshot(FrozenTree tree, SortedMap<Long, Integer> sessions) {
            tree.close();
            underWay.add(() -> step(new Input.SnapshotDone(tree.zxid(), true)));
        }

        @Override
        public void event(Event event) {
            // Nobody reads them here.
        }

        @Override
        public void event(ZabEvent event) {
            events.add(event);
        }

        @Override
        public void members(Quorums members) {
            told = members;
        }
    }
}
