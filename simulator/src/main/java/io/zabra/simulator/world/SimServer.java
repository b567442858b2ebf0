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
import io.zabra.storage.DataFile;
import io.zabra.storage.Disk;
import io.zabra.storage.Purge;
import io.zabra.storage.Recovered;
import io.zabra.storage.Recovery;
import io.zabra.storage.SnapshotImage;
import io.zabra.storage.Snapshots;
import io.zabra.storage.TxnLog;
import io.zabra.storage.stream.Compression;
import io.zabra.wire.WireReader;
import io.zabra.wire.txn.CloseSessionTxn;
import io.zabra.wire.txn.CreateSessionTxn;
import io.zabra.wire.txn.LoggedTxn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// One server: the product's node and storage on its own disk, with a log thread and a snapshot thread made of events,
/// through all lives of its process.
public final class SimServer implements Effects {

    private static final long MS = 1_000_000L;
    private static final int TICK_MS = 100;
    private static final int SNAPSHOTS_KEPT = 3;
    private static final int PREALLOCATE_BYTES = 4_096;
    private static final long MAKE_ROOM_NS_MIN = 2_000 * MS;
    /// What a znode takes in a snapshot besides path and data.
    private static final int ZNODE_BYTES = 80;

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

    private final World world;
    private final Timeline time;
    private final Trace trace;
    private final Oracle oracle;
    private final Prng random;
    private final SimDisk disk;
    private final Settings settings;
    private final Map<Long, Long> heardNs = new HashMap<>();
    private final List<Runnable> crashWatchers = new ArrayList<>();

    private final List<SimLink> talkedTo = new ArrayList<>();
    private @Nullable Node node;
    private @Nullable SimLog log;
    private @Nullable SimBackground background;
    private @Nullable SimSpace space;
    private Purge purge;
    private SteppedDisk snapshotDisk;
    private final Map<Asked, Sent> asked = new HashMap<>();
    private long life;
    private long pausedFromNs;
    private long pausedUntilNs;
    private long pausedBeforeNs;
    private long maxWriteDelayNs = 2 * MS;
    private int lives;
    private boolean diedStarved;
    private long makeRoomNs;
    private long makeRoomAtNs;

    public SimServer(World world, Prng random, SimDisk disk, Settings settings) {
        this.world = world;
        this.time = world.time();
        this.trace = world.trace();
        this.oracle = world.oracle();
        this.random = random;
        this.disk = disk;
        this.snapshotDisk = new SteppedDisk(disk, settings.stepOperations);
        this.purge = new Purge(snapshotDisk, snapshotDisk);
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

    /// Until when the process may have refused writes for want of space; the refusal may be told much later.
    long refusedUntilNs() {
        return space == null ? SimSpace.NEVER : space.refusedUntilNs();
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
        talkedTo.clear();
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
                    TxnLog opened = TxnLog.open(
                            disk,
                            new TxnLog.Options(PREALLOCATE_BYTES, true, 1 << 20, random.next()),
                            restored.lastZxid());
                    diedStarved = false;
                    start(restored, opened);
                    yield true;
                }
            };
        } catch (Disk.NoSpaceException e) {
            // A write that was cut off exactly before its last byte needs a block for it.
            if (lives > 0 && !diedStarved) {
                throw new Violation("a folder that was served before needs space for a start: " + e.getMessage());
            }
            return false;
        } catch (IOException e) {
            trace.add(time.nowNs(), "boot failed", e);
            return false;
        }
    }

    private void start(Recovered.Restored restored, TxnLog opened) {
        SortedMap<Long, Integer> sessions = restored.sessionTimeoutsMs();
        if (world.has(Mutant.SESSIONS_FORGOTTEN)) {
            sessions.clear();
        }
        oracle.recovered(restored.lastZxid(), restored.tree(), sessions);
        snapshotDisk = new SteppedDisk(disk, settings.stepOperations);
        purge = new Purge(snapshotDisk, snapshotDisk);
        background = new SimBackground(this, random, snapshotDisk);
        SimSpace watch = new SimSpace(world, this, disk);
        space = watch;
        log = new SimLog(world, this, random, opened, watch);
        node = new Node(settings.node, new Restored(restored.tree(), sessions), now(), random.fork(), Meter.NONE);
        makeRoomNs = MAKE_ROOM_NS_MIN;
        makeRoomAtNs = 0;
        lives++;
        heardNs.clear();
        sessions.keySet().forEach(id -> heardNs.put(id, awakeNs()));
        trace.add(time.nowNs(), "boot", restored.lastZxid(), restored.tree().digest());
        watch.measure();
        later(TICK_MS * MS, this::tick);
    }

    /// The process is gone from one moment to the next.
    public void die() {
        trace.add(time.nowNs(), "die", life, 0);
        stop();
        crashWatchers.forEach(Runnable::run);
    }

    /// Lets go of everything, also of what is half done.
    public void stop() {
        life++;
        node = null;
        diedStarved |= log != null && log.starved();
        log = null;
        space = null;
        asked.clear();
        if (background != null) {
            background.abandon();
            background = null;
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
    void later(long delayNs, Runnable action) {
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
        boolean read = sent != null && !sent.request().op().isWrite();
        if (world.has(Mutant.READS_WAIT_FOR_THE_LOG) && read && log != null && log.busy()) {
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

    /// Lets the node take an input.
    void step(Input input) {
        Node target = node;
        if (target != null) {
            target.step(input, input instanceof Input.Tick ? tickNow() : now(), this);
            tellApplied();
            afterBatch();
        }
    }

    void afterBatch() {
        for (SimLink link : talkedTo) {
            link.flush();
        }
        talkedTo.clear();
        if (log != null) {
            log.wake(maxWriteDelayNs);
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
        if (space != null) {
            space.measure();
            keepRoom(space);
        }
        step(new Input.Tick());
        if (log != null && random.chance(5)) {
            log.settle();
        }
        later(TICK_MS * MS, this::tick);
    }

    /// Removes old files when space is short, at growing intervals, and asks for a snapshot, so that more can go.
    private void keepRoom(SimSpace watch) {
        if (watch.ample()) {
            makeRoomNs = MAKE_ROOM_NS_MIN;
            makeRoomAtNs = 0;
        } else if (time.nowNs() >= makeRoomAtNs && background != null) {
            makeRoomAtNs = time.nowNs() + makeRoomNs;
            makeRoomNs *= 2;
            background.run(this::purgeOldFiles, () -> {
                watch.measure();
                if (!watch.ample()) {
                    step(new Input.SnapshotWanted());
                }
            });
        }
    }

    /// The disk failed: the process ends.
    void fail(IOException e) {
        trace.add(time.nowNs(), "log failed", e);
        oracle.count(String.valueOf(e.getMessage()).startsWith("No space") ? "no space for a sync" : "the log failed");
        die();
        disk.processLoss();
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
        if (log != null && space != null) {
            space.check(txn.txn());
            log.append(zxid, entry);
        }
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
        if (log != null) {
            log.roll();
        }
    }

    @Override
    public void snapshot(FrozenTree tree, SortedMap<Long, Integer> sessions) {
        SnapshotImage image = new SnapshotImage(tree, sessions);
        boolean[] written = new boolean[1];
        if (background != null) {
            background.run(
                    () -> written[0] = writeSnapshot(image),
                    () -> step(new Input.SnapshotDone(image.zxid(), written[0])));
        }
    }

    /// What the thread for snapshots does.
    private boolean writeSnapshot(SnapshotImage image) {
        SimSpace watch = space;
        if (watch == null) {
            return false;
        }
        try (FrozenTree _ = image.tree()) {
            long bytes = image.tree().approximateDataSize()
                    + (long) ZNODE_BYTES * image.tree().nodeCount();
            if (!watch.fits(bytes)) {
                purgeOldFiles();
            }
            watch.demand(bytes);
            Snapshots snapshots = new Snapshots(snapshotDisk, settings.compression, settings.pieceBytes);
            DataFile snapshot = snapshots.write(image, _ -> watch.demand(0));
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

    private void purgeOldFiles() {
        try {
            Purge.Purged purged = purge.run(SNAPSHOTS_KEPT);
            if (!purged.files().isEmpty()) {
                trace.add(time.nowNs(), "purged", purged.files().size(), purged.bytes());
            }
            if (world.has(Mutant.LOGS_PURGED_TOO_EARLY)) {
                purgeTooMuch();
            }
        } catch (IOException e) {
            trace.add(time.nowNs(), "purge failed", e);
        }
    }

    private void purgeTooMuch() throws IOException {
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

    @Override
    public void event(Event event) {
        trace.add(time.nowNs(), "event", event);
    }
}
