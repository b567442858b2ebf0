// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.ensemble;

import io.zabra.core.feed.PeerLink;
import io.zabra.core.node.Input;
import io.zabra.core.tree.FrozenTree;
import io.zabra.core.zab.PeerInput;
import io.zabra.simulator.check.Rule;
import io.zabra.simulator.links.SnapshotBytes;
import io.zabra.wire.quorum.Dialect;
import io.zabra.wire.quorum.QuorumPacket;
import java.util.ArrayDeque;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One end of a connection between a learner and a leader. What is sent arrives in its order and after a while, or not
/// at all. While the way is cut it waits; the end of a process may be told, or only be noticed by the silence.
final class SimPipe implements PeerLink {

    private static final long MS = Surroundings.MS;
    private static final long RETRY_NS = 20 * MS;
    private static final int PACKET_BYTES = 40;

    /// What is under way.
    private sealed interface Item {
        long dueNs();

        long bytes();
    }

    private record Packet(long dueNs, long bytes, QuorumPacket packet) implements Item {}

    private record Image(long dueNs, long bytes, SnapshotBytes snapshot) implements Item {}

    private record End(long dueNs, long bytes) implements Item {}

    private final Surroundings world;
    private final SimMember owner;
    private final long life;
    private final ArrayDeque<Item> underWay = new ArrayDeque<>();
    /// Whether it is one from an observer to a follower.
    private final boolean behind;

    private @Nullable SimPipe far;
    private boolean open = true;
    /// Whether the owner knows of it.
    private boolean handed;

    private boolean pumping;
    private long lastDueNs;
    private long unsentBytes;
    /// How much of that are records.
    private long recordBytes;
    /// The step in which records were sent last.
    private long fedIn;
    /// What the snapshot that comes next was said to be.
    private long announced;

    private long proposed;
    private long committed;
    /// The last record that was sent before NEWLEADER.
    private long history;

    private SimPipe(Surroundings world, SimMember owner, boolean behind) {
        this.world = world;
        this.owner = owner;
        this.life = owner.life();
        this.behind = behind;
    }

    /// Both ends of a new connection.
    ///
    /// @param leader the one that is learned from
    /// @param behind whether that is by the port for observers
    static SimPipe[] pair(Surroundings world, SimMember learner, SimMember leader, boolean behind) {
        SimPipe a = new SimPipe(world, learner, behind);
        SimPipe b = new SimPipe(world, leader, behind);
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
        if (open) {
            QuorumPacket packet = world.interference().sent(this, wanted);
            if (packet == null) {
                return;
            }
            world.promises().sends(this, packet);
            if (packet instanceof QuorumPacket.Snap(long zxid)) {
                announced = zxid;
            }
            int records = recordBytes(packet);
            if (records > 0) {
                checkRoom();
                recordBytes += records;
            }
            put(new Packet(dueNs(0), PACKET_BYTES + records, packet));
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
            if (open) {
                boolean bare = world.has(Planted.SNAPSHOT_WITHOUT_SESSIONS);
                SnapshotBytes bytes = SnapshotBytes.of(announced, tree, bare ? new TreeMap<>() : sessions);
                put(new Image(dueNs(world.random().below(300) * MS), 0, bytes));
            }
        }
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            put(new End(dueNs(0), 0));
        }
    }

    @Override
    public long unsentBytes() {
        return world.has(Planted.QUEUES_FORGOTTEN) ? 0 : unsentBytes;
    }

    @Override
    public long unsentBytesMax() {
        Surroundings.Masters masters = world.customs().masters();
        return behind && masters != null ? masters.unsentBytesMax() : PeerLink.UNSENT_BYTES_MAX;
    }

    /// The connection breaks: both ends hear of it. Of what was under way a part still arrives; what comes behind it is
    /// lost, also where it was a part of a packet.
    void reset() {
        deliver(world.random().below(underWay.size() + 1));
        SimPipe other = far();
        other.deliver(world.random().below(other.underWay.size() + 1));
        breakOff();
        far().breakOff();
    }

    /// The owner is gone without a word. The other end hears of it now, or gets no more answers.
    void abandon(boolean told) {
        boolean was = open;
        open = false;
        if (was && told) {
            put(new End(dueNs(0), 0));
        }
    }

    private void breakOff() {
        underWay.clear();
        unsentBytes = 0;
        recordBytes = 0;
        if (open) {
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
        unsentBytes += item.bytes();
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
        if (world.network().isCut(owner, to.owner)) {
            pumpLater(world.time().nowNs() + RETRY_NS);
            return;
        }
        while (!underWay.isEmpty() && underWay.element().dueNs() <= world.time().nowNs()) {
            deliver(1);
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

    private void deliver(int items) {
        SimPipe to = far();
        if (!to.handed || world.network().isCut(owner, to.owner)) {
            return;
        }
        for (int i = 0; i < items && !underWay.isEmpty(); i++) {
            Item item = underWay.remove();
            unsentBytes -= item.bytes();
            recordBytes -= item instanceof Packet sent ? recordBytes(sent.packet()) : 0;
            if (to.open) {
                to.receive(item);
            }
        }
    }

    private void receive(Item item) {
        switch (item) {
            case Packet packet ->
                owner.arrive(life, () -> {
                    QuorumPacket arrived =
                            open ? world.interference().received(this, inDialect(packet.packet())) : null;
                    if (arrived != null) {
                        hears(arrived);
                        owner.step(new Input.Peer(new PeerInput.Received(this, arrived)));
                    }
                });
            case Image image ->
                owner.arrive(life, () -> {
                    if (open) {
                        owner.receive(this, image.snapshot());
                    }
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
}
