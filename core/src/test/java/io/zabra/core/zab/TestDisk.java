// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import io.zabra.core.log.Entry;
import io.zabra.core.log.Epochs;
import io.zabra.core.log.History;
import io.zabra.core.log.Journal;
import io.zabra.core.log.ReceivedSnapshot;
import io.zabra.core.log.Span;
import io.zabra.core.log.Zxid;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The disk of one server: does one thing after the other, each after a while, and answers in that order. A crash loses
/// what is not done, but for a beginning of it.
final class TestDisk implements Journal {

    private sealed interface Op {
        record Append(Entry entry) implements Op {}

        record Truncate(long zxid) implements Op {}

        record Write(Epochs epochs) implements Op {}

        record Install(ReceivedSnapshot snapshot, List<Entry> entries, Epochs epochs) implements Op {}

        record Read(long zxid, long last) implements Op {}

        record Committed(long zxid) implements Op {}
    }

    private final Server server;
    private final World world;
    private final ArrayDeque<Op> queue = new ArrayDeque<>();
    private boolean busy;
    int delayMsMax = 4;

    /// What it holds: a snapshot, and the records behind it. `baseCount` tells how many transactions the snapshot has.
    long base;

    int baseCount;
    final List<Entry> records = new ArrayList<>();
    Epochs epochs = new Epochs(0, 0);
    private long committed;
    private long trialStart;
    /// Whether its records are gone, and no leader's snapshot has come yet.
    boolean lost;
    /// What it held when it lost its records. A leader may have been told of that, and hear it after the loss.
    private final Set<Long> lostZxids = new HashSet<>();

    private int lostBaseCount;
    private long entered;

    TestDisk(Server server, World world) {
        this.server = server;
        this.world = world;
    }

    @Override
    public void append(long zxid, byte[] entry) {
        ask(new Op.Append(new Entry(zxid, entry)));
        if (world.mutant == Mutant.EARLY_DURABLE) {
            server.inputDurable(zxid);
        }
    }

    @Override
    public void roll() {}

    @Override
    public void truncate(long zxid) {
        ask(new Op.Truncate(zxid));
    }

    @Override
    public void epochs(Epochs wanted) {
        Op op = new Op.Write(wanted);
        if (world.mutant == Mutant.EPOCHS_OVERTAKE) {
            queue.addFirst(op);
            ask(new Op.Committed(0));
        } else {
            ask(op);
        }
    }

    @Override
    public void install(ReceivedSnapshot snapshot, List<Entry> entries, Epochs wanted) {
        ask(new Op.Install(snapshot, entries, wanted));
    }

    @Override
    public void read(long zxid, long last, long bytesMax) {
        ask(new Op.Read(zxid, last));
    }

    @Override
    public void committed(long zxid) {
        ask(new Op.Committed(zxid));
    }

    private void ask(Op op) {
        queue.add(op);
        if (!busy) {
            busy = true;
            int generation = server.generation;
            world.in(1 + world.random.below(delayMsMax), () -> {
                if (generation == server.generation) {
                    work();
                }
            });
        }
    }

    private void work() {
        busy = false;
        int count = 1 + world.random.below(Math.max(1, 2 * queue.size()));
        long durable = -1;
        for (int i = 0; i < count && !queue.isEmpty(); i++) {
            Op op = queue.remove();
            carryOut(op);
            if (op instanceof Op.Append(Entry entry)) {
                durable = entry.zxid();
            } else {
                tell(durable);
                durable = -1;
                answer(op);
            }
        }
        tell(durable);
        if (!queue.isEmpty()) {
            ask(queue.removeLast());
        }
    }

    private void tell(long durable) {
        if (durable >= 0 && world.mutant != Mutant.EARLY_DURABLE) {
            server.inputDurable(durable);
        }
    }

    private void carryOut(Op op) {
        switch (op) {
            case Op.Append(Entry entry) -> put(entry);
            case Op.Truncate(long zxid) -> cut(world.mutant == Mutant.TRUNCATES_ONE_LESS ? zxid + 1 : zxid);
            case Op.Write(Epochs wanted) -> enter(wanted);
            case Op.Install(ReceivedSnapshot snapshot, List<Entry> entries, Epochs wanted) -> {
                lost = false;
                base = snapshot.zxid();
                baseCount = (Integer) snapshot.file();
                records.clear();
                if (world.mutant != Mutant.SNAPSHOT_WITHOUT_ENTRIES) {
                    entries.forEach(this::put);
                }
                enter(wanted);
            }
            case Op.Committed(long zxid) -> committed = Math.max(committed, zxid);
            case Op.Read _ -> {}
        }
    }

    private void put(Entry entry) {
        Broken.unless(Zxid.follows(entry.zxid(), end()), "I15: 0x%x does not follow 0x%x", entry.zxid(), end());
        records.add(entry);
    }

    private void cut(long zxid) {
        while (!records.isEmpty() && records.getLast().zxid() > zxid) {
            records.removeLast();
        }
        trialStart = Math.min(trialStart, end());
    }

    private void enter(Epochs wanted) {
        Broken.unless(
                wanted.accepted() >= epochs.accepted() && wanted.current() >= epochs.current(),
                "I12: server %d goes from %s back to %s",
                server.sid,
                epochs,
                wanted);
        if (wanted.accepted() > epochs.accepted()) {
            trialStart = end();
        }
        epochs = wanted;
    }

    private void answer(Op op) {
        switch (op) {
            case Op.Write _ -> server.input(new PeerInput.EpochsDurable(epochs));
            case Op.Install(var _, var _, Epochs wanted) -> server.input(new PeerInput.EpochsDurable(wanted));
            case Op.Read(long zxid, long last) -> {
                List<Entry> found = new ArrayList<>();
                int most = 1 + world.random.below(5);
                if (zxid >= base) {
                    for (Entry entry : records) {
                        if (entry.zxid() > zxid && entry.zxid() <= last && found.size() < most) {
                            found.add(entry);
                        }
                    }
                }
                server.input(new PeerInput.LogRead(zxid, found));
            }
            case Op.Append _, Op.Truncate _, Op.Committed _ -> {}
        }
    }

    /// The last record that it holds.
    long end() {
        return records.isEmpty() ? base : records.getLast().zxid();
    }

    private boolean onTrial(Entry entry) {
        return epochs.current() < epochs.accepted() && entry.zxid() > trialStart;
    }

    /// Whether it holds the transaction `zxid`, the one with that index of all that are committed, for good.
    boolean holds(int index, long zxid) {
        if (index < baseCount) {
            return true;
        }
        if (index - baseCount >= records.size()) {
            return false;
        }
        Entry entry = records.get(index - baseCount);
        return entry.zxid() == zxid && !onTrial(entry);
    }

    /// The same, or whether it once did, and has lost it since. It does not vote for anybody then who does not have it.
    boolean held(int index, long zxid) {
        return holds(index, zxid) || index < lostBaseCount || lostZxids.contains(zxid);
    }

    /// Whether the record `zxid` is there, for good.
    boolean has(long zxid) {
        return zxid <= base || records.stream().anyMatch(entry -> entry.zxid() == zxid && !onTrial(entry));
    }

    /// The process is gone.
    void crash() {
        int done = world.random.below(queue.size() + 1);
        for (int i = 0; i < done; i++) {
            carryOut(queue.remove());
        }
        queue.clear();
        busy = false;
    }

    /// The records are damaged, and the promises are not.
    void lose() {
        records.stream().filter(entry -> !onTrial(entry)).map(Entry::zxid).forEach(lostZxids::add);
        lostBaseCount = Math.max(lostBaseCount, baseCount);
        records.clear();
        base = 0;
        baseCount = 0;
        committed = 0;
        trialStart = 0;
        lost = true;
    }

    /// What it had lost is forgotten too: the server is to know that it has nothing, and no more.
    void replace() {
        lost = false;
        entered = Math.max(entered, epochs.current());
        epochs = new Epochs(0, 0);
    }

    /// The last epoch that it has entered, even if it has forgotten that since.
    long entered() {
        return Math.max(entered, epochs.current());
    }

    /// What a new process finds.
    History.Start recover() {
        if (lost) {
            return world.mutant == Mutant.FORGETS_LOSS ? History.Start.at(0) : History.Start.afterLoss();
        }
        if (world.mutant != Mutant.KEEPS_TRIAL) {
            records.removeIf(this::onTrial);
        }
        if (world.mutant == Mutant.FORGETS_PROMISE) {
            epochs = new Epochs(epochs.current(), epochs.current());
        }
        long last = end();
        Broken.unless(Zxid.epoch(last) <= epochs.current(), "I12: 0x%x on disk, epochs %s", last, epochs);
        long applied = Math.max(base, Math.min(committed, last));
        if (world.mutant == Mutant.TRUSTS_TAIL) {
            applied = last;
        }
        forgetSome(applied);
        List<Entry> tail = new ArrayList<>();
        List<Span> spans = new ArrayList<>();
        for (Entry entry : records) {
            if (entry.zxid() > applied) {
                tail.add(entry);
            }
            if (!spans.isEmpty() && entry.zxid() == spans.getLast().last() + 1) {
                spans.add(new Span(spans.removeLast().first(), entry.zxid()));
            } else {
                spans.add(new Span(entry.zxid(), entry.zxid()));
            }
        }
        return new History.Start(base, spans, applied, tail);
    }

    /// A snapshot of its own lets it drop old records, but not those of any length.
    private void forgetSome(long applied) {
        if (!world.random.chance(30)) {
            return;
        }
        while (!records.isEmpty() && records.getFirst().zxid() <= applied && world.random.chance(90)) {
            base = records.removeFirst().zxid();
            baseCount++;
        }
    }
}
