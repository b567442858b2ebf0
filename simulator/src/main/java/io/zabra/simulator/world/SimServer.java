// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.world;

import io.zabra.core.base.NodeConfig;
import io.zabra.core.base.Now;
import io.zabra.core.base.Prng;
import io.zabra.core.effect.Effects;
import io.zabra.core.effect.Event;
import io.zabra.core.effect.Meter;
import io.zabra.core.node.Input;
import io.zabra.core.node.Node;
import io.zabra.core.node.Restored;
import io.zabra.core.session.Sessions;
import io.zabra.core.tree.FrozenTree;
import io.zabra.core.tree.TreeOptions;
import io.zabra.simulator.check.Oracle;
import io.zabra.simulator.check.Oracle.Proposed;
import io.zabra.simulator.check.Oracle.Sent;
import io.zabra.simulator.check.Violation;
import io.zabra.simulator.disk.SimDisk;
import io.zabra.simulator.disk.SteppedDisk;
import io.zabra.simulator.disk.Stepper;
import io.zabra.storage.Compression;
import io.zabra.storage.DataFile;
import io.zabra.storage.Purge;
import io.zabra.storage.Recovered;
import io.zabra.storage.Recovery;
import io.zabra.storage.SnapshotImage;
import io.zabra.storage.Snapshots;
import io.zabra.storage.TxnLog;
import io.zabra.wire.WireReader;
import io.zabra.wire.txn.CloseSessionTxn;
import io.zabra.wire.txn.CreateSessionTxn;
import io.zabra.wire.txn.LoggedTxn;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// The server process: the product's node and storage, with a log thread and a snapshot thread made of events.
public final class SimServer implements Effects {

    private static final long MS = 1_000_000L;
    private static final int TICK_MS = 100;
    private static final int SNAPSHOTS_KEPT = 3;
    private static final int PREALLOCATE_BYTES = 4_096;
    private static final long WALL_MS = 1_700_000_000_000L;

    /// What a session asked for under a number that it uses once.
    private record Asked(long session, int xid) {}

    /// How the server is set up.
    ///
    /// @param compression of its snapshots
    /// @param pieceBytes in which its snapshots are written
    /// @param stepOperations disk operations for a snapshot before others get their turn
    public record Settings(NodeConfig node, Compression compression, int pieceBytes, int stepOperations) {

        TreeOptions tree() {
            return node.tree().extendedTypes() ? TreeOptions.extended() : TreeOptions.defaults();
        }
    }

    private record Entry(long zxid, byte @Nullable [] bytes) {}

    private final World world;
    private final Timeline time;
    private final Trace trace;
    private final Oracle oracle;
    private final Prng random;
    private final SimDisk disk;
    private final Settings settings;
    private final Map<Long, Long> heardNs = new HashMap<>();
    private final List<Runnable> crashWatchers = new ArrayList<>();

    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private final List<SimLink> talkedTo = new ArrayList<>();
    private @Nullable Node node;
    private @Nullable TxnLog log;
    private @Nullable Purge purge;
    private SteppedDisk snapshotDisk;
    private @Nullable Stepper writer;
    private final Map<Asked, Sent> asked = new HashMap<>();
    private boolean syncing;
    private boolean diskLow;
    private boolean diskWasLow;
    private long life;
    private long pausedFromNs;
    private long pausedUntilNs;
    private long pausedBeforeNs;
    private long maxWriteDelayNs = 2 * MS;
    private int lives;

    public SimServer(World world, Prng random, SimDisk disk, Settings settings) {
        this.world = world;
        this.time = world.time();
        this.trace = world.trace();
        this.oracle = world.oracle();
        this.random = random;
        this.disk = disk;
        this.snapshotDisk = new SteppedDisk(disk, settings.stepOperations);
        this.settings = settings;
    }

    public boolean up() {
        return node != null;
    }

    /// How often the process was started with success.
    public int lives() {
        return lives;
    }

    public Node node() {
        if (node == null) {
            throw new IllegalStateException("the server is down");
        }
        return node;
    }

    /// Whether the process may have refused writes for want of space; the refusal may be told much later.
    boolean diskWasLow() {
        return diskWasLow;
    }

    public void slowDisk(long delayNsMax) {
        maxWriteDelayNs = delayNsMax;
    }

    /// Runs `action` whenever the process dies.
    public void onCrash(Runnable action) {
        crashWatchers.add(action);
    }

    /// Starts the process; false when the disk does not let it.
    public boolean boot() {
        life++;
        entries.clear();
        talkedTo.clear();
        syncing = false;
        diskLow = false;
        diskWasLow = false;
        long errors = disk.errors();
        try {
            Recovery.Options options = new Recovery.Options(settings.tree(), false, true, settings.compression);
            return switch (Recovery.recover(disk, disk, options)) {
                case Recovered.Refused refused -> {
                    if (disk.errors() == errors) {
                        throw new Violation("the server refuses its own data: " + refused.message());
                    }
                    yield false;
                }
                case Recovered.Restored restored -> {
                    log = TxnLog.open(
                            disk,
                            new TxnLog.Options(PREALLOCATE_BYTES, true, 1 << 20, random.next()),
                            restored.lastZxid());
                    start(restored);
                    yield true;
                }
            };
        } catch (IOException e) {
            trace.add(time.nowNs(), "boot failed", e);
            return false;
        }
    }

    private void start(Recovered.Restored restored) {
        SortedMap<Long, Integer> sessions = restored.sessionTimeoutsMs();
        if (world.has(Mutant.SESSIONS_FORGOTTEN)) {
            sessions.clear();
        }
        oracle.recovered(restored.lastZxid(), restored.tree(), sessions);
        snapshotDisk = new SteppedDisk(disk, settings.stepOperations);
        purge = new Purge(snapshotDisk, snapshotDisk);
        node = new Node(settings.node, new Restored(restored.tree(), sessions), now(), random.fork(), Meter.NONE);
        lives++;
        heardNs.clear();
        sessions.keySet().forEach(id -> heardNs.put(id, awakeNs()));
        trace.add(time.nowNs(), "boot", restored.lastZxid(), restored.tree().digest());
        later(TICK_MS * MS, this::tick);
    }

    /// The process is gone from one moment to the next.
    public void die() {
        trace.add(time.nowNs(), "die", life, 0);
        life++;
        node = null;
        log = null;
        asked.clear();
        crashWatchers.forEach(Runnable::run);
    }

    /// Lets go of everything, also of what is half done.
    public void stop() {
        node = null;
        log = null;
        if (writer != null) {
            writer.abandon();
            writer = null;
        }
    }

    /// The process stands still for a while.
    public void pause(long ns) {
        if (time.nowNs() < pausedUntilNs) {
            return;
        }
        pausedBeforeNs += uncountedNs(pausedUntilNs - pausedFromNs);
        pausedFromNs = time.nowNs();
        pausedUntilNs = time.nowNs() + ns;
        trace.add(time.nowNs(), "pause", ns, 0);
        if (world.has(Mutant.PAUSE_COUNTED)) {
            for (long at = time.nowNs(); at < pausedUntilNs; at += 400 * MS) {
                long tickAt = at;
                long ofLife = life;
                time.at(at, () -> {
                    if (life == ofLife && node != null) {
                        node.step(new Input.Tick(), new Now(tickAt, WALL_MS + tickAt / MS), this);
                    }
                });
            }
        }
    }

    /// Runs `action` after `delayNs`, unless the process has died by then; a pause puts it off.
    private void later(long delayNs, Runnable action) {
        long ofLife = life;
        time.after(delayNs, () -> whenAwake(ofLife, action));
    }

    private void whenAwake(long ofLife, Runnable action) {
        if (life != ofLife) {
            return;
        }
        if (time.nowNs() < pausedUntilNs) {
            time.at(pausedUntilNs, () -> whenAwake(ofLife, action));
        } else {
            action.run();
        }
    }

    /// Brings an input from the network to the process, if it still is the one that the connection was made to.
    ///
    /// @param sent what was sent; null for what is no request
    void deliver(long ofLife, long session, @Nullable Sent sent, Input input) {
        if (world.has(Mutant.READS_WAIT_FOR_THE_LOG) && syncing && sent != null) {
            time.after(MS, () -> deliver(ofLife, session, sent, input));
            return;
        }
        whenAwake(ofLife, () -> {
            if (session != 0) {
                heardNs.put(session, awakeNs());
            }
            if (sent != null && input instanceof Input.Submit(var _, var tag, var _)) {
                asked.put(new Asked(session, tag.xid()), sent);
            }
            step(input);
        });
    }

    /// Whether whoever waits for no write gets answers at once.
    boolean answersAtOnce(long ofLife) {
        return life == ofLife
                && time.nowNs() >= pausedUntilNs
                && settings.node.throttle().requestsMax() == 0;
    }

    /// Tells the oracle how far the process has come.
    void tellApplied() {
        if (node != null) {
            oracle.applied(node.tree().lastZxid());
        }
    }

    long life() {
        return life;
    }

    private void step(Input input) {
        Node target = node;
        if (target != null) {
            target.step(input, input instanceof Input.Tick ? tickNow() : now(), this);
            tellApplied();
            afterBatch();
        }
    }

    private void afterBatch() {
        for (SimLink link : talkedTo) {
            link.flush();
        }
        talkedTo.clear();
        if (!entries.isEmpty() && !syncing) {
            syncing = true;
            later(1 + random.below((int) maxWriteDelayNs), this::sync);
        }
    }

    void talked(SimLink link) {
        talkedTo.add(link);
    }

    private Now now() {
        return new Now(time.nowNs(), WALL_MS + time.nowNs() / MS);
    }

    private Now tickNow() {
        Now now = now();
        return world.has(Mutant.TIME_TO_LIVE_CUT_SHORT) ? new Now(now.monotonicNs(), now.wallMs() + 5_000) : now;
    }

    private void tick() {
        boolean low = disk.usableBytes() < 4 * PREALLOCATE_BYTES;
        if (low != diskLow) {
            diskLow = low;
            diskWasLow |= low;
            step(new Input.DiskSpace(low ? Input.Space.LOW : Input.Space.AMPLE));
        }
        step(new Input.Tick());
        if (entries.isEmpty() && !syncing && random.chance(5)) {
            settle();
        }
        later(TICK_MS * MS, this::tick);
    }

    /// What the log thread does when there is nothing to do.
    private void settle() {
        try {
            if (log != null) {
                log.settle();
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    private void fail(IOException e) {
        trace.add(time.nowNs(), "log failed", e);
        die();
        disk.processLoss();
    }

    /// What the log thread does: write all that waits, sync once, tell the node.
    private void sync() {
        TxnLog target = log;
        if (target == null) {
            return;
        }
        long last = 0;
        List<Entry> batch = new ArrayList<>(entries);
        entries.clear();
        for (Entry entry : batch) {
            last = Math.max(last, entry.zxid);
        }
        if (world.has(Mutant.ACKNOWLEDGED_BEFORE_WRITTEN) && last != 0) {
            step(new Input.Durable(last));
        }
        try {
            for (Entry entry : batch) {
                if (entry.bytes == null) {
                    target.roll();
                } else if (!world.has(Mutant.LAST_WRITE_DROPPED) || entry.zxid != last || random.chance(95)) {
                    target.append(entry.zxid, entry.bytes);
                }
            }
            if (world.has(Mutant.ACKNOWLEDGED_BEFORE_SYNCED) && last != 0) {
                step(new Input.Durable(last));
            }
            target.sync();
        } catch (IOException e) {
            if (!world.has(Mutant.ERROR_IGNORED)) {
                fail(e);
                return;
            }
        }
        trace.add(time.nowNs(), "durable", last, batch.size());
        syncing = false;
        boolean told = world.has(Mutant.ACKNOWLEDGED_BEFORE_WRITTEN) || world.has(Mutant.ACKNOWLEDGED_BEFORE_SYNCED);
        if (last != 0 && !told) {
            step(new Input.Durable(last));
        }
        afterBatch();
    }

    @Override
    public void append(long zxid, byte[] entry) {
        LoggedTxn txn = LoggedTxn.read(new WireReader(entry));
        trace.add(time.nowNs(), "append", zxid, txn.header().type());
        if (txn.txn() instanceof CreateSessionTxn) {
            heardNs.put(txn.header().clientId(), awakeNs());
        }
        Sent sent = asked.remove(new Asked(txn.header().clientId(), txn.header().cxid()));
        if (sent == null && txn.txn() instanceof CloseSessionTxn) {
            checkExpiry(txn.header().clientId());
        }
        oracle.proposed(new Proposed(txn, sent, node().tree().lastZxid(), WALL_MS + time.nowNs() / MS));
        entries.add(new Entry(zxid, entry));
    }

    /// A session may only expire when nothing was heard of it for its timeout, while this process was awake to hear.
    private void checkExpiry(long session) {
        long silentNs = awakeNs() - heardNs.getOrDefault(session, 0L);
        if (silentNs < settings.node.sessions().timeoutMsMin() * MS) {
            throw new Violation("session " + Long.toHexString(session) + " expired after this process was awake for "
                    + silentNs / MS + " ms without hearing of it");
        }
    }

    /// The time that this process has been awake, as the server may count it: the first moments of a pause do count.
    private long awakeNs() {
        long pausedNs = Math.min(time.nowNs(), pausedUntilNs) - pausedFromNs;
        return time.nowNs() - pausedBeforeNs - uncountedNs(pausedNs);
    }

    private static long uncountedNs(long pausedNs) {
        return Math.max(0, pausedNs - Sessions.STEP_MS_MAX * MS);
    }

    @Override
    public void roll() {
        entries.add(new Entry(0, null));
    }

    @Override
    public void snapshot(FrozenTree tree, SortedMap<Long, Integer> sessions) {
        SnapshotImage image = new SnapshotImage(tree, sessions);
        boolean[] written = new boolean[1];
        Stepper started = new Stepper(() -> written[0] = writeSnapshot(image));
        writer = started;
        snapshotDisk.workOf(started);
        later(1 + random.below(50) * MS, () -> stepSnapshot(started, image.zxid(), written));
    }

    private void stepSnapshot(Stepper started, long zxid, boolean[] written) {
        if (started.step()) {
            later(1 + random.below((int) (2 * MS)), () -> stepSnapshot(started, zxid, written));
        } else {
            writer = null;
            step(new Input.SnapshotDone(zxid, written[0]));
        }
    }

    /// What the thread for snapshots does.
    private boolean writeSnapshot(SnapshotImage image) {
        try (FrozenTree _ = image.tree()) {
            Snapshots snapshots = new Snapshots(snapshotDisk, settings.compression, settings.pieceBytes);
            DataFile snapshot = snapshots.write(image, Snapshots.Pace.FULL);
            trace.add(time.nowNs(), "snapshot", image.zxid(), 0);
            if (world.has(Mutant.SNAPSHOT_NAMED_AT_ITS_END)) {
                disk.rename(
                        snapshot.name(),
                        "snapshot." + Long.toHexString(node().tree().lastZxid()));
            }
            purgeOldFiles();
            return true;
        } catch (IOException e) {
            trace.add(time.nowNs(), "snapshot failed", e);
            return false;
        }
    }

    private void purgeOldFiles() throws IOException {
        if (purge != null) {
            purge.run(SNAPSHOTS_KEPT);
        }
        if (world.has(Mutant.LOGS_PURGED_TOO_EARLY)) {
            List<String> logs =
                    disk.list().stream().filter(name -> name.startsWith("log.")).toList();
            for (String name : logs.subList(0, Math.max(0, logs.size() - 1))) {
                disk.delete(name);
            }
            for (String name : disk.list()) {
                if (name.startsWith("snapshot.") && !name.endsWith(".0") && random.chance(50)) {
                    disk.delete(name);
                }
            }
            disk.force();
        }
    }

    @Override
    public void event(Event event) {
        trace.add(time.nowNs(), "event", event);
    }
}
