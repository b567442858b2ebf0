// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.ensemble;

import io.zabra.core.base.Prng;
import io.zabra.core.feed.PeerLink;
import io.zabra.core.log.Entry;
import io.zabra.core.node.Input;
import io.zabra.core.tree.FrozenTree;
import io.zabra.core.zab.PeerInput;
import io.zabra.simulator.check.Rule;
import io.zabra.simulator.links.ApacheHabits;
import io.zabra.simulator.links.Incoming;
import io.zabra.simulator.links.SnapshotBytes;
import io.zabra.simulator.world.Zxids;
import io.zabra.storage.member.SnapshotIntake;
import io.zabra.wire.quorum.Dialect;
import io.zabra.wire.quorum.QuorumPacket;
import io.zabra.wire.quorum.Side;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One end of a connection between a learner and a leader. What is sent arrives in its order and after a while, or not
/// at all. While the way is cut it waits; the end of a process may be told, or only be noticed by the silence.
final class SimPipe implements PeerLink {

    private static final long MS = Surroundings.MS;
    private static final long RETRY_NS = 20 * MS;
    /// How long what a process has read, of a connection that it closes, may still be in its hands.
    private static final int READ_NS_MAX = 2_000_000;

    /// What is under way.
    private sealed interface Item {
        long dueNs();

        /// How much of the way it takes.
        int length();
    }

    /// Bytes, which may be less than a packet.
    ///
    /// @param records how many of them are those of records
    /// @param ofSnapshot whether they are a part of a snapshot
    private record Piece(long dueNs, byte[] bytes, int records, boolean ofSnapshot) implements Item {
        @Override
        public int length() {
            return bytes.length;
        }

        /// The first bytes.
        Piece first(int count) {
            return new Piece(dueNs, Arrays.copyOf(bytes, count), Math.min(records, count), ofSnapshot);
        }

        /// All but those, at another time.
        Piece rest(int count, long atNs) {
            byte[] left = Arrays.copyOfRange(bytes, count, bytes.length);
            return new Piece(atNs, left, records - Math.min(records, count), ofSnapshot);
        }
    }

    private record End(long dueNs) implements Item {
        @Override
        public int length() {
            return 1;
        }
    }

    private final Surroundings world;
    private final SimMember owner;
    private final long life;
    private final ArrayDeque<Item> underWay = new ArrayDeque<>();
    /// Whether it is one from an observer to a follower.
    private final boolean behind;
    private final Incoming incoming;
    /// Of a server that speaks as Apache's do.
    private final @Nullable ApacheHabits habits;

    private @Nullable SimPipe far;
    private boolean open = true;
    /// Until then the process still works on what it has read, though it has closed the connection.
    private long readUntilNs;
    /// Nothing that it has sent arrives before.
    private long stalledUntilNs;
    /// Whether the owner knows of it.
    private boolean handed;

    private boolean storing;
    private boolean pumping;
    private long lastDueNs;
    private long unsentBytes;
    private long snapshotBytes;
    /// How much of what has not arrived yet are records.
    private long recordBytes;
    /// The step in which records were sent last.
    private long fedIn;

    private long proposed;
    private long committed;
    /// The last record that was sent before NEWLEADER.
    private long history;

    private SimPipe(Surroundings world, SimMember owner, boolean behind, Side peer) {
        this.world = world;
        this.owner = owner;
        this.life = owner.life();
        this.behind = behind;
        this.incoming = new Incoming(peer, world.tree());
        this.habits =
                owner.apache() ? new ApacheHabits(new Server(), world.network().own()) : null;
    }

    /// Both ends of a new connection.
    ///
    /// @param leader the one that is learned from
    /// @param behind whether that is by the port for observers
    static SimPipe[] pair(Surroundings world, SimMember learner, SimMember leader, boolean behind) {
        SimPipe a = new SimPipe(world, learner, behind, Side.LEADER);
        SimPipe b = new SimPipe(world, leader, behind, Side.LEARNER);
        a.far = b;
        b.far = a;
        learner.links().add(a);
        leader.links().add(b);
        world.interference().connected(b);
        return new SimPipe[] {a, b};
    }

    /// Whether it is one from an observer to a follower.
    boolean behind() {
        return behind;
    }

    boolean isOpen() {
        return open;
    }

    /// Up to where a tree that it has sent may hold changes behind what was announced.
    long holds() {
        return habits == null ? 0 : habits.holds();
    }

    /// The process at this end, by its server and its life.
    String process() {
        return owner.sid() + "." + life;
    }

    SimMember owner() {
        return owner;
    }

    SimPipe far() {
        SimPipe other = far;
        if (other == null) {
            throw new IllegalStateException("half a connection");
        }
        return other;
    }

    /// Notes a proposal that is sent, and returns the one before it; 0 for none.
    long proposed(long zxid) {
        long before = proposed;
        proposed = zxid;
        return before;
    }

    /// Notes a commit that is sent, and returns the one before it; 0 for none.
    long committed(long zxid) {
        long before = committed;
        committed = zxid;
        return before;
    }

    /// Notes that NEWLEADER is sent.
    void beginsEpoch() {
        history = proposed;
    }

    long history() {
        return history;
    }

    /// The owner has got it: what came in before can be read.
    void hand() {
        handed = true;
        far().pumpLater(world.time().nowNs());
    }

    @Override
    public void send(QuorumPacket wanted) {
        long busyNs = habits == null ? 0 : habits.busyNs(wanted, world.time().nowNs());
        if (busyNs > 0) {
            owner.later(busyNs, () -> sendNow(wanted));
        } else {
            sendNow(wanted);
        }
    }

    private void sendNow(QuorumPacket wanted) {
        if (open) {
            QuorumPacket packet = world.interference().sent(this, habits == null ? wanted : habits.sent(wanted));
            if (packet == null) {
                return;
            }
            world.promises().sends(this, packet);
            int records = recordBytes(packet);
            if (records > 0) {
                checkRoom();
                recordBytes += records;
            }
            put(new Piece(dueNs(0), world.network().encoded(inDialect(packet)), records, false));
            if (packet instanceof QuorumPacket.Diff || packet instanceof QuorumPacket.Snap) {
                world.network().endanger(this);
            }
        }
    }

    /// The bytes of what can wait, and be read again from the log.
    private static int recordBytes(QuorumPacket packet) {
        return switch (packet) {
            case QuorumPacket.Proposal(long _, byte[] entry) -> entry.length;
            case QuorumPacket.Inform(long _, byte[] entry) -> entry.length;
            case QuorumPacket.InformAndActivate(long _, long _, byte[] entry) -> entry.length;
            default -> 0;
        };
    }

    /// What is under way when a step begins to send records was less than what may be. In that step they go together.
    private void checkRoom() {
        long step = world.time().executed();
        if (step != fedIn) {
            fedIn = step;
            world.rules()
                    .check(
                            Rule.V5,
                            recordBytes < unsentBytesMax(),
                            () -> recordBytes + " bytes wait for " + far().owner + ", where " + unsentBytesMax()
                                    + " may, and there are more");
        }
    }

    @Override
    public void snapshot(FrozenTree tree, SortedMap<Long, Integer> sessions) {
        try (tree) {
            if (open && (habits == null || habits.sendsSnapshot())) {
                boolean bare = world.has(Planted.SNAPSHOT_WITHOUT_SESSIONS);
                byte[] bytes = SnapshotBytes.of(tree, bare ? new TreeMap<>() : sessions);
                int pauseMsMax = world.network().snapshotPauseMs();
                for (byte[] piece : SnapshotBytes.pieces(bytes, world.network().own())) {
                    put(new Piece(dueNs(world.network().own().below(pauseMsMax) * MS), piece, 0, true));
                }
                if (habits != null) {
                    habits.behindSnapshot().forEach(this::send);
                }
            }
        }
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            put(new End(dueNs(0)));
            Prng own = world.network().own();
            if (own.chance(50)) {
                // What was read before comes nevertheless, and then the end.
                readUntilNs = world.time().nowNs() + own.below(READ_NS_MAX);
                world.time().at(readUntilNs, () -> tell(new PeerInput.Disconnected(this)));
            }
        }
    }

    /// Whether what arrives is of any use to the process at this end.
    private boolean reads() {
        return open || world.time().nowNs() < readUntilNs;
    }

    @Override
    public long unsentBytes() {
        return world.has(Planted.QUEUES_FORGOTTEN) ? 0 : unsentBytes;
    }

    @Override
    public long snapshotBytes() {
        return snapshotBytes;
    }

    @Override
    public long unsentBytesMax() {
        Surroundings.Masters masters = world.customs().masters();
        return behind && masters != null ? masters.unsentBytesMax() : PeerLink.UNSENT_BYTES_MAX;
    }

    /// The connection breaks: both ends hear of it. Of what was under way a part still arrives, which may end anywhere;
    /// what comes behind it is lost.
    void reset() {
        deliverSome();
        far().deliverSome();
        breakOff();
        far().breakOff();
    }

    /// What this end sends comes to a halt for a while, as when the network loses much of one connection.
    void stall(long ns) {
        stalledUntilNs = world.time().nowNs() + ns;
    }

    /// The owner is gone without a word. The other end hears of it now, or gets no more answers.
    void abandon(boolean told) {
        boolean was = open;
        open = false;
        if (was && told) {
            put(new End(dueNs(0)));
        }
    }

    private void breakOff() {
        underWay.clear();
        unsentBytes = 0;
        recordBytes = 0;
        if (open) {
            if (incoming.insidePacket()) {
                world.count("reset inside a packet");
            } else if (incoming.insideSnapshot()) {
                world.count("reset inside a snapshot");
            }
            open = false;
            tell(new PeerInput.Disconnected(this));
        }
    }

    private void tell(PeerInput input) {
        owner.arrive(life, () -> owner.step(new Input.Peer(input)));
    }

    private long dueNs(long moreNs) {
        lastDueNs = Math.max(lastDueNs, world.time().nowNs() + world.network().delayNs() + moreNs);
        return lastDueNs;
    }

    private void put(Item item) {
        underWay.add(item);
        if (item instanceof Piece piece && !piece.ofSnapshot) {
            unsentBytes += piece.bytes.length;
        }
        pumpLater(item.dueNs());
    }

    private void pumpLater(long atNs) {
        if (!pumping) {
            pumping = true;
            world.time().at(atNs, this::pump);
        }
    }

    private void pump() {
        pumping = false;
        SimPipe to = far();
        if (underWay.isEmpty() || !to.handed) {
            return;
        }
        long nowNs = world.time().nowNs();
        if (world.network().isCut(owner, to.owner) || nowNs < stalledUntilNs) {
            pumpLater(Math.max(nowNs + RETRY_NS, stalledUntilNs));
            return;
        }
        while (!underWay.isEmpty() && underWay.element().dueNs() <= nowNs) {
            Item next = underWay.remove();
            if (next instanceof Piece piece && world.network().splits()) {
                int at = world.network().own().below(piece.bytes.length);
                underWay.addFirst(piece.rest(at, nowNs + world.network().splitNs()));
                next = piece.first(at);
            }
            deliver(next);
        }
        if (!underWay.isEmpty()) {
            pumpLater(underWay.element().dueNs());
        }
    }

    /// Servers of Apache's neither tell nor read what Zabra's add.
    private QuorumPacket inDialect(QuorumPacket packet) {
        boolean plain = owner.apache() || far().owner.apache();
        if (!plain || !(packet instanceof QuorumPacket.LearnerInfo info)) {
            return packet;
        }
        world.count("Apache's dialect");
        return new QuorumPacket.LearnerInfo(
                info.observer(),
                info.acceptedEpoch(),
                info.sid(),
                info.protocolVersion(),
                info.configVersion(),
                Dialect.APACHE);
    }

    /// What a leader hears of sessions. A follower tells it later what it has heard from observers.
    private void hears(QuorumPacket packet) {
        if (!owner.leading()) {
            return;
        }
        switch (packet) {
            case QuorumPacket.PingReply(long _, var touches) ->
                touches.forEach(touch -> world.ledger().lifetimes().heard(touch.sessionId()));
            case QuorumPacket.Revalidate(long sessionId, int timeoutMs) -> {
                world.ledger().lifetimes().heard(sessionId);
                world.ledger().lifetimes().timeout(sessionId, timeoutMs);
            }
            default -> {
                // Nothing about sessions.
            }
        }
    }

    /// Delivers a part of what is under way.
    private void deliverSome() {
        if (!far().handed || world.network().isCut(owner, far().owner)) {
            return;
        }
        int length = underWay.stream().mapToInt(Item::length).sum();
        int left = world.random().below(length + 1);
        while (left > 0 && !underWay.isEmpty()) {
            Item item = underWay.remove();
            int part = Math.min(left, item.length());
            left -= part;
            if (item instanceof Piece piece && part < piece.bytes.length) {
                // What arrives may be a reason to break the connection, before this call comes to it.
                underWay.addFirst(piece.rest(part, piece.dueNs));
                deliver(piece.first(part));
            } else {
                deliver(item);
            }
        }
    }

    private void deliver(Item item) {
        SimPipe to = far();
        if (item instanceof Piece piece && piece.ofSnapshot) {
            snapshotBytes += piece.bytes.length;
            to.snapshotBytes += piece.bytes.length;
        } else if (item instanceof Piece piece) {
            unsentBytes -= piece.bytes.length;
            recordBytes -= piece.records;
        }
        if (to.reads()) {
            to.receive(item);
        }
    }

    private void receive(Item item) {
        switch (item) {
            case Piece piece ->
                owner.arrive(life, () -> {
                    incoming.add(piece.bytes);
                    read();
                });
            case End _ ->
                owner.arrive(life, () -> {
                    if (open) {
                        open = false;
                        owner.step(new Input.Peer(new PeerInput.Disconnected(this)));
                    }
                });
        }
    }

    /// Takes what is there as a whole.
    private void read() {
        Incoming.Whole next = mayRead() ? incoming.next() : null;
        while (next != null) {
            switch (next) {
                case Incoming.Packet(QuorumPacket packet) -> received(packet);
                case Incoming.Snapshot(SnapshotIntake intake) -> store(intake);
            }
            next = mayRead() ? incoming.next() : null;
        }
    }

    private boolean mayRead() {
        return reads() && !storing;
    }

    /// What comes behind a snapshot waits until that is on the disk.
    private void store(SnapshotIntake intake) {
        if (owner.diskWaitNs() == 0) {
            owner.receive(this, intake);
            return;
        }
        storing = true;
        owner.later(owner.diskWaitNs(), () -> {
            storing = false;
            if (open) {
                owner.receive(this, intake);
                read();
            }
        });
    }

    private void received(QuorumPacket packet) {
        if (habits != null) {
            habits.heard(packet);
        }
        if (!far().open && owner.links().hasLater(this)) {
            world.count("packet of an old connection");
        }
        if (!open) {
            world.count("packet of a closed connection");
        }
        QuorumPacket arrived = world.interference().received(this, packet);
        if (arrived != null) {
            hears(arrived);
            owner.step(new Input.Peer(new PeerInput.Received(this, arrived)));
        }
    }

    /// The server at this end, if it speaks as Apache's do.
    private final class Server implements ApacheHabits.Server {

        @Override
        public long lastAppended() {
            return owner.node().history().lastAppended();
        }

        @Override
        public boolean learnerHas(long zxid) {
            return far().owner.shelf().records().contains(zxid);
        }

        @Override
        public List<Entry> recordsUpTo(long zxid, int count) {
            // Who loses the leader before they have come may serve readers from a tree that is ahead of its zxid.
            if (world.customs().reads().withoutLeaderMs() >= 0) {
                return List.of();
            }
            Zxids records = owner.shelf().records();
            int end = records.behind(zxid);
            int first = end - 1 - count;
            List<Entry> found = new ArrayList<>();
            for (int i = first; first >= 0 && i < end; i++) {
                long each = records.at(i);
                if (world.memberships().broughtBy(each) != null) {
                    return List.of();
                }
                found.add(new Entry(each, world.witness().content(each)));
            }
            return found;
        }

        @Override
        public int busyMsMax() {
            return world.isCalm() ? 0 : world.timing().syncMs() / 2;
        }

        @Override
        public void count(String what) {
            world.count(what);
        }
    }
}
