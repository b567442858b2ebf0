// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import io.zabra.core.base.Now;
import io.zabra.core.election.ElectionTiming;
import io.zabra.core.election.Vote;
import io.zabra.core.feed.LearnerSeat;
import io.zabra.core.log.Entry;
import io.zabra.core.log.Epochs;
import io.zabra.core.log.History;
import io.zabra.core.log.Proposal;
import io.zabra.core.log.ReceivedSnapshot;
import io.zabra.core.log.Zxid;
import io.zabra.core.quorum.Membership;
import io.zabra.core.request.Stamp;
import io.zabra.core.tree.DataTree;
import io.zabra.core.tree.FrozenTree;
import io.zabra.core.tree.TreeOptions;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.quorum.Notification;
import io.zabra.wire.quorum.PeerState;
import io.zabra.wire.quorum.QuorumPacket;
import io.zabra.wire.txn.LoggedTxn;
import io.zabra.wire.txn.SetDataTxn;
import io.zabra.wire.txn.TxnHeader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One server of a [World]: an [Ensemble], the disk under it, a state machine that only counts above it, and checks of
/// all that passes between them.
final class Server implements PeerEffects, Replica {

    private static final Timing TIMING = new Timing(100, 1_000, 400);
    private static final ElectionTiming ELECTION = new ElectionTiming(20, 20, 200);

    final long sid;
    final World world;
    final TestDisk disk;
    final DataTree tree = DataTree.fresh(TreeOptions.defaults());
    /// Counts processes: what was begun by an earlier one does not reach a later one.
    int generation;

    private @Nullable Ensemble ensemble;
    private @Nullable History history;

    @Nullable
    Leader leading;

    @Nullable
    Learner following;
    /// How many searches for a leader have ended.
    int elected;
    /// How many were begun.
    int searches;

    /// The log as it was handed to the disk.
    int baseCount;
    final List<Entry> log = new ArrayList<>();
    /// The tree: the number of transactions applied, and the last one.
    int appliedCount;
    long appliedZxid;
    private int served;
    /// For each `sync` that waits: how much must be shown after it.
    final ArrayDeque<Integer> syncs = new ArrayDeque<>();

    private final ArrayDeque<Runnable> inbox = new ArrayDeque<>();
    private final List<TestLink> links = new ArrayList<>();
    private long historyEnd;
    private boolean entered;
    /// Up to here others may have counted that this disk has all records.
    private long promised;
    private int dials;
    boolean admits;
    boolean admitsObservers;

    Server(long sid, World world) {
        this.sid = sid;
        this.world = world;
        this.disk = new TestDisk(this, world);
    }

    Ensemble ensemble() {
        return java.util.Objects.requireNonNull(ensemble);
    }

    History history() {
        return java.util.Objects.requireNonNull(history);
    }

    boolean up() {
        return ensemble != null;
    }

    // --- The process.

    void start() {
        History.Start start = disk.recover();
        history = new History(start, new long[] {0, 300, 1 << 20}[world.random.below(3)]);
        baseCount = disk.baseCount;
        log.clear();
        log.addAll(disk.records);
        appliedZxid = start.applied();
        appliedCount = baseCount
                + (int) log.stream().filter(e -> e.zxid() <= appliedZxid).count();
        Broken.unless(appliedCount <= world.ghost.committed.size(), "I17: server %d starts with more", sid);
        for (int i = baseCount; i < appliedCount; i++) {
            world.ghost.applied(this, i, log.get(i - baseCount).zxid());
        }
        served = 0;
        promised = disk.end();
        var changes = world.next == null ? Ensemble.Changes.NONE : new Ensemble.Changes(true, 1, null);
        var config = new Ensemble.Config(sid, world.membership, changes, TIMING, ELECTION, world.lastNumber);
        ensemble = new Ensemble(config, history, disk.epochs, this, this);
        tick(generation);
    }

    void crash() {
        generation++;
        ensemble = null;
        leading = null;
        following = null;
        admits = false;
        admitsObservers = false;
        inbox.clear();
        syncs.clear();
        disk.crash();
        links.forEach(link -> {
            if (link.isOpen() && world.random.chance(50)) {
                link.reset();
            } else {
                link.close();
            }
        });
        links.clear();
    }

    private void tick(int mine) {
        if (mine == generation && ensemble != null) {
            step(() -> ensemble().tick(now()));
            world.in(15 + world.random.below(10), () -> tick(mine));
        }
    }

    void input(PeerInput input) {
        later(() -> {
            world.trace(input.getClass().getName().hashCode());
            ensemble().take(input, now());
            if (input instanceof PeerInput.Received(var _, QuorumPacket.NewLeader _)) {
                historyEnd = end();
                entered = false;
            }
        });
    }

    void inputDurable(long zxid) {
        later(() -> ensemble().durable(zxid, now()));
    }

    private void later(Runnable work) {
        if (ensemble == null) {
            return;
        }
        inbox.add(work);
        if (inbox.size() == 1) {
            int mine = generation;
            world.in(world.random.below(2), () -> {
                if (mine == generation) {
                    step(() -> {});
                }
            });
        }
    }

    /// One batch of inputs.
    void step(Runnable last) {
        world.trace(sid * 31 + world.nowMs);
        while (!inbox.isEmpty()) {
            inbox.remove().run();
        }
        last.run();
        ensemble().flush(now());
        if (ensemble().state() == PeerState.LEADING && leading != null) {
            world.ghost.committedBy(this);
            promised = disk.end();
        }
        if (leading != null || following != null) {
            served = Math.max(served, appliedCount);
            if (world.random.chance(20)) {
                disk.committed(history().applied());
            }
        }
    }

    Now now() {
        return new Now(world.nowMs * 1_000_000, world.nowMs);
    }

    // --- Clients.

    /// A write; false if none can be taken now.
    boolean write() {
        Leader leader = leading;
        Learner learner = following;
        if (leader != null) {
            step(() -> propose(leader));
        } else if (learner != null) {
            step(() -> learner.forward(1, 1, OpCode.SET_DATA, new byte[0], List.of()));
        }
        return leader != null || learner != null;
    }

    private void propose(Leader leader) {
        if (leading != leader) {
            return;
        }
        Stamp stamp = leader.proposals().next(now());
        byte[] data = new byte[world.random.below(100)];
        var header = new TxnHeader(sid, world.random.below(1 << 20), stamp.zxid(), stamp.timeMs(), 5);
        LoggedTxn txn = new LoggedTxn(header, new SetDataTxn("/a", data, 1), null);
        leader.proposals().propose(new Proposal(txn, null), this);
    }

    boolean sync() {
        Leader leader = leading;
        Learner learner = following;
        if (leader != null) {
            step(() -> {
                if (leading == leader) {
                    syncs.add(world.ghost.shown);
                    leader.sync();
                }
            });
        } else if (learner != null) {
            step(() -> {
                if (following == learner) {
                    syncs.add(world.ghost.shown);
                    learner.forward(1, 1, OpCode.SYNC, new byte[0], List.of());
                }
            });
        }
        return leader != null || learner != null;
    }

    // --- What passes to other servers.

    void sends(TestLink link, QuorumPacket packet) {
        world.trace(packet.hashCode() == 0 ? 0 : packet.getClass().getName().hashCode());
        switch (packet) {
            case QuorumPacket.LeaderInfo(long epoch, int _, var _) ->
                Broken.unless(disk.epochs.accepted() >= epoch, "I13: server %d offers epoch %d", sid, epoch);
            case QuorumPacket.AckEpoch(long last, int current) -> {
                boolean nothing = last == -1 && current == -1;
                Broken.unless(nothing || disk.has(last), "I20: server %d tells of 0x%x", sid, last);
                Broken.unless(current == -1 || current == disk.epochs.current(), "I20: server %d tells of epoch", sid);
                if (current != -1) {
                    world.ghost.accepts(this, disk.epochs.accepted(), link.other().owner);
                }
            }
            case QuorumPacket.NewLeader(long zxid, var _) -> {
                if (following == null) {
                    world.ghost.shares(this, Zxid.epoch(zxid));
                }
            }
            case QuorumPacket.Ack(long zxid) -> acks(zxid);
            default -> {}
        }
    }

    private void acks(long zxid) {
        if (Zxid.counter(zxid) == 0) {
            Epochs epochs = disk.epochs;
            Broken.unless(
                    epochs.current() == Zxid.epoch(zxid) && epochs.accepted() == Zxid.epoch(zxid),
                    "I11: server %d enters %d with %s",
                    sid,
                    Zxid.epoch(zxid),
                    epochs);
            Broken.unless(entered || disk.end() >= historyEnd, "I11: server %d lacks 0x%x", sid, historyEnd);
            entered = true;
            promised = Math.max(promised, historyEnd);
        } else {
            Broken.unless(
                    zxid <= disk.end() && Zxid.epoch(disk.end()) == Zxid.epoch(zxid),
                    "I10: server %d acknowledges 0x%x early",
                    sid,
                    zxid);
            promised = zxid;
        }
    }

    /// How many of those that are committed others count on to be here.
    private int promisedCount() {
        int count = world.ghost.common(baseCount, log);
        while (count > baseCount && log.get(count - 1 - baseCount).zxid() > promised) {
            count--;
        }
        return count;
    }

    private long end() {
        return log.isEmpty()
                ? (baseCount == 0 ? 0 : history().lastAppended())
                : log.getLast().zxid();
    }

    @Override
    public void elect(long to, Notification notification) {
        Notification told = notification;
        if (notification.state() == PeerState.LOOKING && notification.leader() == sid) {
            if (world.mutant == Mutant.BOASTS) {
                told = new Notification(
                        told.state(), sid, told.zxid() + 1, told.electionEpoch(), told.peerEpoch(), told.config());
            }
            if (told.zxid() != Vote.ZXID_UNKNOWN) {
                world.ghost.votes(this, told.zxid(), told.peerEpoch());
            }
        }
        world.elect(this, to, told);
    }

    @Override
    public void dial(long leader) {
        int number = ++dials;
        int mine = generation;
        boolean guest = world.behindFollowers && sid > world.voters;
        Server there = guest ? world.server(1 + world.random.below(world.voters)) : world.server(leader);
        world.in(1 + world.random.below(world.linkDelayMsMax), () -> {
            if (number != dials || mine != generation) {
                return;
            }
            if (!(guest ? there.admitsObservers : there.admits) || world.cut(this, there)) {
                input(new PeerInput.LeaderUnreachable(leader));
                return;
            }
            TestLink[] ends = TestLink.pair(this, there, world);
            links.add(ends[0]);
            there.links.add(ends[1]);
            there.input(new PeerInput.LearnerConnected(ends[1]));
            input(new PeerInput.LeaderConnected(ends[0]));
        });
    }

    /// Breaks the newest of its connections.
    void resetLink() {
        if (!links.isEmpty()) {
            links.getLast().reset();
        }
    }

    @Override
    public void admitLearners(boolean open) {
        admits = open;
    }

    @Override
    public void admitObservers(boolean open) {
        admitsObservers = open;
    }

    @Override
    public void event(ZabEvent event) {
        world.trace(event.hashCode());
        switch (event) {
            case ZabEvent.Elected _ -> elected++;
            case ZabEvent.Looking _ -> searches++;
            case ZabEvent.EpochBegun(long epoch, long _) -> world.ghost.established(this, epoch);
            case ZabEvent.LearnerForgot forgot -> throw new Broken("I20: " + forgot);
            default -> {}
        }
        world.tell(this, event);
    }

    // --- What passes to the disk.

    @Override
    public void append(long zxid, byte[] entry) {
        world.ghost.appended(this, zxid, entry);
        log.add(new Entry(zxid, entry));
        disk.append(zxid, entry);
    }

    @Override
    public void roll() {}

    @Override
    public void truncate(long zxid) {
        int before = promisedCount();
        while (!log.isEmpty() && log.getLast().zxid() > zxid) {
            log.removeLast();
        }
        world.ghost.shortened(this, before, world.ghost.common(baseCount, log));
        disk.truncate(zxid);
    }

    @Override
    public void epochs(Epochs epochs) {
        disk.epochs(epochs);
    }

    @Override
    public void install(ReceivedSnapshot snapshot, List<Entry> entries, Epochs epochs) {
        int before = promisedCount();
        baseCount = (Integer) snapshot.file();
        log.clear();
        log.addAll(entries);
        world.ghost.shortened(this, before, world.ghost.common(baseCount, log));
        disk.install(snapshot, entries, epochs);
    }

    @Override
    public void read(long zxid, long last, long bytesMax) {
        disk.read(zxid, last, bytesMax);
    }

    @Override
    public void committed(long zxid) {
        disk.committed(zxid);
    }

    // --- The state machine.

    @Override
    public void applyCommitted(Now now) {
        if (ensemble().state() == PeerState.LEADING) {
            world.ghost.committedBy(this);
        }
        Proposal next = history().nextToApply();
        while (next != null) {
            world.ghost.applied(this, appliedCount, next.zxid());
            appliedCount++;
            appliedZxid = next.zxid();
            next = history().nextToApply();
        }
    }

    @Override
    public void install(ReceivedSnapshot snapshot, Now now) {
        appliedCount = (Integer) snapshot.file();
        appliedZxid = snapshot.zxid();
        world.ghost.installed(this, appliedCount, appliedZxid);
    }

    @Override
    public void lead(Leader leader, long epoch, Now now) {
        leading = leader;
        serves();
    }

    @Override
    public void follow(Learner learner, long epoch, Now now) {
        following = learner;
        serves();
    }

    private void serves() {
        Broken.unless(appliedCount >= served, "C: server %d shows less than before", sid);
        Broken.unless(appliedZxid <= disk.end(), "I16: server %d serves 0x%x", sid, appliedZxid);
    }

    @Override
    public void retire(long inTouchMs, Now now) {
        leading = null;
        following = null;
        syncs.clear();
    }

    @Override
    public FrozenTree freeze() {
        return tree.freeze();
    }

    @Override
    public SortedMap<Long, Integer> sessions() {
        return new TreeMap<>();
    }

    @Override
    public DataTree tree() {
        return tree;
    }

    @Override
    public void show(Membership members, Now now) {
        // Nobody looks at the tree here.
    }

    @Override
    public long divergedAt() {
        return 0;
    }

    @Override
    public void forwarded(LearnerSeat from, QuorumPacket.Forward request, Now now) {
        Leader leader = leading;
        if (leader != null) {
            propose(leader);
        }
    }

    @Override
    public boolean revalidate(LearnerSeat from, long sessionId, int timeoutMs) {
        return true;
    }

    @Override
    public void confirmed(long sessionId, Now now) {}

    @Override
    public void touch(long sessionId, int timeoutMs) {}

    @Override
    public List<QuorumPacket.Touch> touched() {
        return List.of();
    }

    @Override
    public void revalidated(long sessionId, boolean valid, Now now) {}

    @Override
    public boolean comesBy(long observer, long sessionId) {
        return true;
    }

    @Override
    public boolean outdated(long sessionId, int cxid) {
        return true;
    }

    @Override
    public void granted(long observer, long sessionId) {}

    /// C4: what is read after a `sync` shows all that anybody was told before it.
    @Override
    public void synced(long zxid, Now now) {
        Broken.unless(!syncs.isEmpty(), "C4: server %d did not ask for a sync", sid);
        int wanted = syncs.remove();
        Broken.unless(zxid >= world.ghost.zxidOf(wanted), "C4: a sync of server %d shows 0x%x", sid, zxid);
    }
}
