// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.ensemble;

import io.zabra.core.base.Prng;
import io.zabra.core.log.Entry;
import io.zabra.core.log.Epochs;
import io.zabra.core.log.ReceivedSnapshot;
import io.zabra.core.node.Input;
import io.zabra.core.quorum.Quorums;
import io.zabra.core.zab.PeerInput;
import io.zabra.simulator.members.Shelf;
import io.zabra.storage.Disk;
import io.zabra.storage.member.MemberLog;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The log thread of one process, made of events, with the product's log of a member: does what the core asks in one
/// order, and answers in that order a little later.
final class SimJournal {

    private static final int ANSWER_NS_MAX = 300_000;
    private static final long FULL_NS = 200 * Surroundings.MS;

    /// What the core asks.
    private sealed interface Order {}

    private record Append(long zxid, byte[] entry) implements Order {}

    private record Roll() implements Order {}

    private record Truncate(long zxid, @Nullable Quorums members) implements Order {}

    private record Keep(Epochs epochs, @Nullable Quorums members) implements Order {}

    private record Note(Quorums members) implements Order {}

    private record Suspect() implements Order {}

    private record Install(
            ReceivedSnapshot snapshot,
            List<Entry> entries,
            Epochs epochs,
            @Nullable Quorums members) implements Order {}

    private record Read(long zxid, long last, long bytesMax) implements Order {}

    private record Committed(long zxid) implements Order {}

    private final SimMember process;
    private final Prng random;
    private final MemberLog log;
    private final ArrayDeque<Order> orders = new ArrayDeque<>();
    private boolean busy;
    private long unsynced;
    private long answerAtNs;
    private long answered;
    /// What was reported before it was done.
    private @Nullable Order early;

    SimJournal(SimMember process, Prng random, MemberLog log) {
        this.process = process;
        this.random = random;
        this.log = log;
    }

    void append(long zxid, byte[] entry) {
        orders.add(new Append(zxid, entry));
        if (process.has(Planted.ANSWERED_BEFORE_SYNCED)
                || process.has(Planted.OBSERVED_BEFORE_SYNCED)
                        && process.roster().observes()) {
            answered = zxid;
            answer(new Input.Durable(zxid));
        }
    }

    void roll() {
        orders.add(new Roll());
    }

    /// @param members that change with it; null for the same
    void truncate(long zxid, @Nullable Quorums members) {
        orders.add(new Truncate(zxid, members));
    }

    void suspectTree() {
        orders.add(new Suspect());
    }

    void note(Quorums members) {
        orders.add(new Note(members));
    }

    void keep(Epochs epochs, @Nullable Quorums members) {
        Keep order = new Keep(epochs, members);
        if (process.has(Planted.EPOCHS_REPORTED_EARLY)) {
            answer(new Input.Peer(new PeerInput.EpochsDurable(epochs)));
        }
        if (process.has(Planted.EPOCH_BEFORE_HISTORY)) {
            orders.addFirst(order);
        } else {
            orders.add(order);
        }
    }

    void install(ReceivedSnapshot snapshot, List<Entry> entries, Epochs epochs, @Nullable Quorums members) {
        orders.add(new Install(snapshot, entries, epochs, members));
    }

    void read(long zxid, long last, long bytesMax) {
        orders.add(new Read(zxid, last, bytesMax));
    }

    void committed(long zxid) {
        orders.add(new Committed(zxid));
    }

    /// Begins to work within the time if something waits.
    void wake(long delayNsMax) {
        if (!orders.isEmpty() && !busy) {
            busy = true;
            process.later(process.diskWaitNs() + 1 + random.below((int) delayNsMax), this::work);
        }
    }

    /// Whether there is nothing to do.
    boolean isIdle() {
        return orders.isEmpty() && !busy;
    }

    /// What is done when there is nothing to do.
    void settle() {
        if (isIdle()) {
            try {
                log.settle();
            } catch (IOException e) {
                process.fail(e);
            }
        }
    }

    /// All records that wait, with one sync; and sometimes what comes behind them, before anybody is told.
    private void work() {
        try {
            do {
                while (!orders.isEmpty() && isBatched(orders.element())) {
                    carryOut(orders.element());
                    orders.remove();
                }
                if (orders.isEmpty() || random.chance(50)) {
                    sync();
                }
                if (!orders.isEmpty() && !isBatched(orders.element())) {
                    process.endanger(30);
                    carryOut(orders.element());
                    orders.remove();
                }
            } while (!orders.isEmpty() && random.chance(50));
        } catch (Disk.NoSpaceException _) {
            // Nothing has changed: it is tried again until there is space.
            process.count("log waits for space");
            process.later(FULL_NS, this::work);
            return;
        } catch (IOException e) {
            if (!process.has(Planted.WRITE_ERROR_IGNORED)) {
                process.fail(e);
                return;
            }
            orders.removeIf(SimJournal::isBatched);
            synced();
        }
        busy = false;
        process.afterBatch();
    }

    private static boolean isBatched(Order order) {
        return switch (order) {
            case Append _, Roll _, Committed _ -> true;
            case Truncate _, Keep _, Note _, Suspect _, Install _, Read _ -> false;
        };
    }

    private void carryOut(Order order) throws IOException {
        Shelf shelf = process.shelf();
        switch (order) {
            case Append(long zxid, byte[] entry) -> {
                log.append(zxid, entry);
                unsynced = zxid;
            }
            case Roll _ -> log.roll();
            case Committed(long zxid) -> log.committed(zxid);
            case Truncate(long zxid, var members) -> {
                sync();
                if (process.has(Planted.TRUNCATION_CUT_SHORT)) {
                    log.truncate(zxid + 1, kept(members));
                } else if (!process.has(Planted.TRUNCATION_FORGOTTEN)) {
                    log.truncate(zxid, kept(members));
                }
                shelf.removed();
                process.roster().keeps(members);
            }
            case Keep keep -> keep(keep, shelf);
            case Note(Quorums members) -> {
                log.members(kept(members));
                synced();
                process.roster().keeps(members);
            }
            case Suspect _ -> {
                log.suspectTree();
                synced();
                shelf.suspects();
            }
            case Install install -> install(install);
            case Read(long zxid, long last, long bytesMax) -> {
                List<Entry> found = log.read(zxid, last, bytesMax);
                synced();
                process.count("log read");
                answer(new Input.Peer(new PeerInput.LogRead(zxid, found)));
            }
        }
    }

    private void keep(Keep order, Shelf shelf) throws IOException {
        Epochs epochs = order.epochs;
        boolean promise = epochs.accepted() != epochs.current();
        if (!process.has(Planted.EPOCHS_NOT_KEPT) && !(promise && process.has(Planted.PROMISE_NOT_KEPT))) {
            log.epochs(epochs, kept(order.members));
        }
        synced();
        shelf.entered(epochs);
        process.roster().keeps(order.members);
        if (!process.has(Planted.EPOCHS_REPORTED_EARLY)) {
            answer(new Input.Peer(new PeerInput.EpochsDurable(epochs)));
        }
    }

    /// What the record has from now on; what it has already if nothing changes.
    private @Nullable Quorums kept(@Nullable Quorums members) {
        return members == null || process.has(Planted.MEMBERS_NOT_KEPT) ? log.members() : members;
    }

    private void install(Install order) throws IOException {
        Shelf shelf = process.shelf();
        sync();
        if (process.has(Planted.INSTALLATION_EARLY) && !order.equals(early)) {
            early = order;
            orders.add(order);
        } else if (!process.has(Planted.INSTALLATION_FORGOTTEN)) {
            log.install(order.snapshot, order.entries, order.epochs, kept(order.members));
            if (order.equals(early)) {
                return;
            }
        }
        shelf.removed();
        shelf.installed(order.epochs);
        process.roster().keeps(order.members);
        answer(new Input.Peer(new PeerInput.EpochsDurable(order.epochs)));
    }

    private void sync() throws IOException {
        log.sync();
        synced();
    }

    private void synced() {
        if (unsynced != 0) {
            long zxid = unsynced;
            unsynced = 0;
            process.shelf().durable(zxid, process.leading());
            if (zxid > answered) {
                answer(new Input.Durable(zxid));
            }
        }
    }

    private void answer(Input input) {
        answerAtNs = Math.max(answerAtNs, process.nowNs() + random.below(ANSWER_NS_MAX));
        process.later(answerAtNs - process.nowNs(), () -> process.step(input));
    }
}
