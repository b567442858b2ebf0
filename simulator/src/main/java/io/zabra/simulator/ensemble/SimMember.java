// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.ensemble;

import io.zabra.core.base.NodeConfig;
import io.zabra.core.base.Now;
import io.zabra.core.base.Prng;
import io.zabra.core.effect.Meter;
import io.zabra.core.election.ElectionTiming;
import io.zabra.core.log.ReceivedSnapshot;
import io.zabra.core.node.Input;
import io.zabra.core.node.Node;
import io.zabra.core.node.Restored;
import io.zabra.core.quorum.Membership;
import io.zabra.core.quorum.Quorums;
import io.zabra.core.zab.Ensemble;
import io.zabra.core.zab.PeerInput;
import io.zabra.simulator.disk.DiskFaults;
import io.zabra.simulator.disk.PowerLoss;
import io.zabra.simulator.disk.SimDisk;
import io.zabra.simulator.links.VotingLinks;
import io.zabra.simulator.members.Roster;
import io.zabra.simulator.members.Shelf;
import io.zabra.simulator.world.Pause;
import io.zabra.simulator.world.WrongClock;
import io.zabra.storage.EpochFiles;
import io.zabra.storage.Snapshots;
import io.zabra.storage.TxnLog;
import io.zabra.storage.member.MemberLog;
import io.zabra.storage.member.MemberRecovered;
import io.zabra.storage.member.SnapshotIntake;
import io.zabra.wire.quorum.PeerState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One server of the ensemble, through all lives of its process.
final class SimMember {

    private static final long MS = Surroundings.MS;
    private static final int TICK_MS = 50;
    private static final int PREALLOCATE_BYTES = 4_096;
    private static final int REMOVED_MS_MAX = 20_000;
    private static final int BOOT_MS_MIN = 50;
    private static final int BOOT_MS_MORE = 2_000;

    private final Surroundings world;
    private final long sid;
    private final Prng random;
    private final SimDisk disk;
    private final DiskFaults faults;
    private final NodeConfig config;
    private final SimStart start;
    private final Roster roster;
    private final Shelf shelf = new Shelf();
    private final SimLinks links;
    private final List<Visit> visits = new ArrayList<>();
    private final WrongClock clock;
    private @Nullable Node node;
    private @Nullable SimJournal journal;
    private @Nullable Chores chores;
    private @Nullable SimEffects effects;
    /// What its node takes in at the moment, or has last.
    private @Nullable Input taken;

    private boolean damaged;
    /// Whether it has begun with nothing since it was damaged.
    private boolean lost;
    /// Whether something it uses has gone bad for ever since its last start.
    private boolean suspect;
    private long diskStandsUntilNs;
    private boolean apache;
    private long life;
    private long received;
    private long portTakenUntilNs;
    private final Pause pause;
    private long writeNsMax = 2 * MS;

    /// @param faults those of the disk
    SimMember(Surroundings world, long sid, Prng random, SimDisk disk, DiskFaults faults, NodeConfig config) {
        this.world = world;
        this.sid = sid;
        this.random = random;
        this.disk = disk;
        this.faults = faults;
        this.config = config;
        this.start = new SimStart(world, this, disk);
        this.pause = new Pause(world.time());
        this.links = new SimLinks(world, random);
        this.roster = new Roster(sid, world.fileFor(sid));
        this.clock = new WrongClock(world.time(), random);
    }

    long sid() {
        return sid;
    }

    boolean up() {
        return node != null;
    }

    long life() {
        return life;
    }

    /// Whether learners can connect, or observers that are to learn from a follower.
    boolean admits(boolean observers) {
        return effects != null && effects.admits(observers);
    }

    Shelf shelf() {
        return shelf;
    }

    Node node() {
        if (node == null) {
            throw new IllegalStateException("the server is down");
        }
        return node;
    }

    Ensemble ensemble() {
        Ensemble ensemble = node().membership();
        if (ensemble == null) {
            throw new IllegalStateException("not a member");
        }
        return ensemble;
    }

    /// Whether it has been elected; perhaps nobody follows yet.
    boolean leading() {
        return up() && ensemble().state() == PeerState.LEADING;
    }

    boolean leads() {
        return leading() && ensemble().serves();
    }

    long nowNs() {
        return world.time().nowNs();
    }

    void count(String what) {
        world.count(what);
    }

    boolean has(Planted fault) {
        return world.has(fault);
    }

    void slowDisk(long delayNsMax) {
        writeNsMax = delayNsMax;
    }

    /// What comes now should be interrupted often: perhaps the power goes at one of the next operations of the disk.
    void endanger(int operationsMax) {
        if (!world.isCalm() && random.chance(15)) {
            faults.downIn(1 + random.below(operationsMax));
        }
    }

    // --- Life and death.

    /// Starts the process, or tries to, and again later if it does not start.
    void boot() {
        if (!up()) {
            guard(() -> {
                if (!started()) {
                    disk.processLoss();
                    world.time().after((BOOT_MS_MIN + random.below(BOOT_MS_MORE)) * MS, this::boot);
                }
            });
        }
    }

    private boolean started() {
        life++;
        endanger(60);
        if (hasPortTaken()) {
            // It is open while this server leads only: that would be late to find out.
            world.count("no start without port");
            return false;
        }
        try {
            MemberRecovered.Restored restored = start.restored();
            return restored != null && began(restored);
        } catch (IOException e) {
            world.tell("boot failed " + sid, e);
            return false;
        }
    }

    /// Its data is damaged: it begins with nothing.
    void fence() {
        world.tell("fenced " + sid, "");
        world.count("fenced");
        damaged = true;
        lost = true;
    }

    private boolean began(MemberRecovered.Restored restored) throws IOException {
        boolean changes = world.customs().changes();
        roster.starts(changes ? restored.record().members() : null);
        if (roster.isOutside() && random.chance(50) && world.canSpare(this)) {
            // It would go on to follow without a vote, but somebody may empty it.
            empty("removed ");
            return false;
        }
        apache = world.mixed() && random.chance(50);
        world.witness().recovered(this, restored);
        accept();
        TxnLog.Options options = new TxnLog.Options(PREALLOCATE_BYTES, true, 1 << 20, random.next());
        journal = new SimJournal(this, random.fork(), MemberLog.open(disk, disk, options, restored));
        chores = new Chores(this, random.fork(), disk);
        effects = new SimEffects(world, this, journal, chores, random);
        boolean alone = sid == 1 && has(Planted.MEMBERSHIP_DIFFERS);
        Membership membership = alone
                ? EnsembleSimulation.membership(1, 0, "")
                : roster.members().committed();
        var may = changes ? new Ensemble.Changes(true, 1, roster.members().next()) : Ensemble.Changes.NONE;
        long drawn = has(Planted.NUMBERS_NOT_COUNTED) ? 0 : world.customs().lastNumber();
        long last = drawn == 0 ? Ensemble.Config.LAST_NUMBER : drawn;
        var ensemble = new Ensemble.Config(sid, membership, may, world.timing(), ElectionTiming.DEFAULT, last);
        node = new Node(
                config,
                new Restored(restored.state().tree(), restored.state().sessionTimeoutsMs()),
                new Node.Joined(ensemble, restored.start(), restored.epochs(), effects),
                now(),
                random.fork(),
                Meter.NONE);
        count("started");
        world.tell("boot " + sid, shelf);
        world.witness().begins(this, damaged ? null : roster.kept());
        later(random.below(TICK_MS) * MS, this::tick);
        return true;
    }

    /// It comes back with all that it had, whatever has gone bad.
    private void accept() {
        if (suspect && !lost) {
            world.count("damage without loss");
            damaged = false;
            disk.accept();
        }
        suspect = false;
    }

    /// It gets an empty disk, and the list of the present members.
    private void empty(String why) {
        world.tell(why + sid, "");
        damaged = true;
        lost = true;
        disk.format();
        roster.emptied(world.fileFor(sid));
    }

    /// Who the members are, as this server has it.
    Roster roster() {
        return roster;
    }

    /// The node tells who the members are from now on.
    void members(Quorums now) {
        boolean before = roster.isOutside();
        roster.change(now);
        if (roster.isOutside() && !before && random.chance(50)) {
            // It may be of no use any more: somebody will stop it.
            world.count("removed server");
            long ofLife = life;
            world.unlessCalm(random.below(REMOVED_MS_MAX) * MS, () -> arrive(ofLife, () -> die(false)));
        }
    }

    /// Somebody tells it to let another one lead.
    void handOver() {
        arrive(() -> {
            world.tell("hand over " + sid, "");
            world.count(leads() ? "leader hands over" : "hand-over refused");
            step(new Input.Peer(new PeerInput.HandOver()));
        });
    }

    /// The process is gone from one moment to the next.
    ///
    /// @param power whether the machine went down with it
    void die(boolean power) {
        die(power, BOOT_MS_MIN + random.below(BOOT_MS_MORE));
    }

    /// The same, where it takes so long until the process starts again.
    void die(boolean power, long bootMs) {
        world.tell(power ? "power lost " + sid : "killed " + sid, shelf);
        world.count(power ? "power lost" : "killed");
        stop();
        if (power) {
            disk.powerLoss(random);
        } else {
            disk.processLoss();
        }
        world.time().after(bootMs * MS, this::boot);
    }

    /// Lets go of everything, also of what is half done.
    void stop() {
        life++;
        world.ledger().lifetimes().forgets(sid);
        node = null;
        journal = null;
        if (effects != null) {
            effects.abandon();
            effects = null;
        }
        if (chores != null) {
            chores.abandon();
            chores = null;
        }
        links.abandon();
        List.copyOf(visits).forEach(Visit::lost);
        visits.clear();
    }

    /// The disk failed: the process ends.
    void fail(IOException e) {
        world.tell("disk failed " + sid, e);
        world.count("disk failed");
        die(false);
    }

    /// A sector of an old file reads wrong from now on, or for a while.
    void corrupt() {
        if (up()) {
            die(true);
        }
        Runnable mend = disk.corrupt(random);
        if (mend != null) {
            world.tell("corrupt " + sid, "");
            world.count("sector corrupt");
            damaged = true;
            if (random.chance(50)) {
                world.time().after(random.below(6_000) * MS, mend);
            }
        }
    }

    /// A part of what it uses goes bad; it finds out when it starts.
    void damage(Prng own) {
        if (up() && journal != null && journal.isIdle()) {
            // Doubt remains about the last batch before a loss of power, not before the end of a process.
            die(false);
            // Who has no vote does not follow for a long time when it reads that it has accepted a far epoch.
            String what = disk.damage(own, name -> hasVote() || !name.equals(EpochFiles.ACCEPTED));
            if (what != null) {
                world.tell("damaged " + sid, what);
                world.count("sector " + what);
                damaged = true;
                suspect = true;
            }
        }
    }

    private boolean hasVote() {
        return roster.known().stream().allMatch(each -> each.weight(sid) > 0);
    }

    /// Somebody puts an empty disk in the place of this one.
    void replaceDisk() {
        if (journal == null || journal.isIdle()) {
            if (up()) {
                die(false);
            }
            world.count("disk replaced");
            empty("new disk ");
        }
    }

    /// Whether its disk may lack what it had, and it has not got everything anew.
    boolean isDamaged() {
        return damaged;
    }

    /// Whether others can build on what it has.
    boolean isWhole() {
        return !damaged && shelf.epochs().current() > 0;
    }

    /// It has got everything that counts, and others may count on it.
    void restored() {
        if (damaged && !disk.corrupt()) {
            damaged = false;
            lost = false;
        }
    }

    /// Whether it has begun with nothing, and has not got everything since.
    boolean hasLost() {
        return lost;
    }

    /// Whether it speaks as servers of Apache's do.
    boolean apache() {
        return apache;
    }

    /// Somebody else has the port where learners connect, for a while.
    void takePort(long ns) {
        if (!admits(false)) {
            world.tell("port taken " + sid, ns / MS);
            world.count("port taken");
            portTakenUntilNs = nowNs() + ns;
        }
    }

    boolean hasPortTaken() {
        return nowNs() < portTakenUntilNs;
    }

    /// The connections over which it votes; null if it is down.
    @Nullable
    VotingLinks votes() {
        return effects == null ? null : effects.votes();
    }

    /// The disk has space, and is quick, and nobody has its port; what it has lost is lost.
    void relieve() {
        portTakenUntilNs = 0;
        disk.capacity(Long.MAX_VALUE, false);
        slowDisk(2 * MS);
        diskStandsUntilNs = 0;
    }

    /// Nothing gets to the disk for a while.
    void stopDisk(long ns) {
        world.tell("disk stands still " + sid, ns / MS);
        world.count("disk stands still");
        diskStandsUntilNs = nowNs() + ns;
    }

    /// How long it takes until the disk does anything.
    long diskWaitNs() {
        return Math.max(0, diskStandsUntilNs - nowNs());
    }

    /// Others fill the disk for a while.
    ///
    /// @param late whether only syncs find that out
    void fill(boolean late) {
        world.tell("full " + sid, late);
        world.count("disk full");
        disk.capacity(disk.usedBytes() + random.below(20_000), late);
        world.time().after(random.below(5_000) * MS, () -> disk.capacity(Long.MAX_VALUE, false));
    }

    /// Somebody sets the clock.
    void setClock(long ms) {
        world.tell("clock " + sid, ms);
        world.count("clock set");
        clock.set(ms);
    }

    /// The process stands still for a while.
    void pause(long ns) {
        world.tell("pause " + sid, ns / MS);
        world.count("paused");
        pause.until(nowNs() + ns);
    }

    // --- What happens to the process.

    /// Runs `action` after `delayNs`, unless the process has died by then; a pause puts it off.
    void later(long delayNs, Runnable action) {
        long ofLife = life;
        world.time().after(delayNs, () -> arrive(ofLife, action));
    }

    /// Runs `action` now if the process is up.
    void arrive(Runnable action) {
        arrive(life, action);
    }

    /// Runs `action` now, or after a pause, if the process still is that one.
    void arrive(long ofLife, Runnable action) {
        if (life != ofLife || node == null) {
            return;
        }
        pause.pass(() -> {
            if (life == ofLife) {
                guard(action);
            }
        });
    }

    /// A loss of power in the middle of a disk operation ends the process there and then.
    private void guard(Runnable action) {
        try {
            action.run();
        } catch (PowerLoss _) {
            die(true);
        }
    }

    /// Lets the node take an input.
    void step(Input input) {
        Node target = node;
        if (target != null && effects != null) {
            taken = input;
            target.step(input, now(), effects);
            world.witness().stepped(this);
            afterBatch();
        }
    }

    /// What its node takes in at the moment; null for nothing yet.
    @Nullable
    Input taken() {
        return taken;
    }

    void afterBatch() {
        Quorums members = roster.takeUnwritten();
        if (journal != null) {
            if (members != null) {
                journal.note(members);
            }
            journal.wake(writeNsMax);
        }
    }

    private void tick() {
        step(new Input.Tick());
        if (journal != null && random.chance(5)) {
            journal.settle();
        }
        later(TICK_MS * MS, this::tick);
    }

    Now now() {
        return clock.now();
    }

    // --- Clients.

    void visit(Visit visit) {
        visits.add(visit);
    }

    /// Who is connected.
    List<Visit> visits() {
        return visits;
    }

    void left(Visit visit) {
        visits.remove(visit);
    }

    // --- The other members.

    /// Its connections to others.
    SimLinks links() {
        return links;
    }

    void connected(SimPipe pipe) {
        pipe.hand();
        step(new Input.Peer(new PeerInput.LearnerConnected(pipe)));
    }

    void dialled(long ofAttempt, SimPipe pipe) {
        if (!links.isLatest(ofAttempt)) {
            pipe.close();
            return;
        }
        pipe.hand();
        links.learnsBy(pipe);
        step(new Input.Peer(new PeerInput.LeaderConnected(pipe)));
    }

    void unreachable(long ofAttempt, long leader) {
        if (links.isLatest(ofAttempt)) {
            step(new Input.Peer(new PeerInput.LeaderUnreachable(leader)));
        }
    }

    void receive(SimPipe from, SnapshotIntake snapshot) {
        endanger(20);
        try {
            ReceivedSnapshot stored = snapshot.store(disk, ++received, Snapshots.Pace.FULL);
            world.witness().takes(this, stored, from.far());
            world.count("snapshot received");
            step(new Input.Peer(new PeerInput.SnapshotReceived(from, stored)));
        } catch (IOException e) {
            fail(e);
        }
    }

    @Override
    public String toString() {
        return "server " + sid;
    }
}
