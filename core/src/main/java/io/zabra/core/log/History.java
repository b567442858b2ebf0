// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.log;

import io.zabra.core.base.Invariant;
import io.zabra.wire.txn.LoggedTxn;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The log of this server as the core knows it, for the whole life of the process and whatever its role: which records
/// it holds, how far they are on the disk, how far they are committed, and what of them is not in the tree yet
/// (Apache: the tree's last zxid, the ring of committed proposals, and the queues of several threads).
///
/// There is one order of things: a record is appended, becomes durable and is committed (in any order), and only then
/// is applied. So the tree is always a function of the committed records, and what is not committed can be truncated
/// without touching it. Owned by the node.
public final class History {

    /// What a history begins with when the process starts.
    ///
    /// @param base the last transaction before the first record: that of the oldest snapshot behind which the log is
    ///     whole
    /// @param spans the records that the log holds, oldest first
    /// @param applied the last transaction that the tree holds
    /// @param tail the records behind it: nobody knows yet whether they are committed
    /// @param proven up to here records are certainly committed, though the tree may hold more: in a folder of
    ///     Apache's, the snapshot of a leader that was not established may hold what no other server has
    /// @param lost whether there was more, which is gone
    /// @param suspect whether the tree is known to be wrong, though the records are right
    public record Start(
            long base, List<Span> spans, long applied, List<Entry> tail, long proven, boolean lost, boolean suspect) {

        public Start {
            spans = List.copyOf(spans);
            tail = List.copyOf(tail);
        }

        /// The tree is what the records make.
        public Start(long base, List<Span> spans, long applied, List<Entry> tail, long proven, boolean lost) {
            this(base, spans, applied, tail, proven, lost, false);
        }

        /// All that the tree holds is committed.
        public Start(long base, List<Span> spans, long applied, List<Entry> tail) {
            this(base, spans, applied, tail, applied, false);
        }

        /// The same with a tree that is known to be wrong, or not.
        public Start suspected(boolean isSuspect) {
            return new Start(base, spans, applied, tail, proven, lost, isSuspect);
        }

        /// Nothing but a tree, all of it committed.
        public static Start at(long zxid) {
            return new Start(zxid, List.of(), zxid, List.of());
        }

        /// Nothing, and what there was is gone.
        public static Start afterLoss() {
            return new Start(0, List.of(), 0, List.of(), 0, true);
        }
    }

    private static final long NONE = -1;

    private final ArrayDeque<Proposal> pending = new ArrayDeque<>();
    /// All but the last of the spans, which has its own field since each record lengthens it.
    private final List<Span> spans = new ArrayList<>();

    private long spanFirst = NONE;
    private final RecentEntries recent;
    private long base;
    private long lastAppended;
    private long lastDurable;
    private long committed;
    private long proven;
    private long applied;
    private boolean lost;
    private boolean suspect;
    /// What comes behind it is not what a leader has; [#NONE] if that is not known.
    private long agreesUpTo = NONE;
    private Overlap overlap;
    /// The end of what was installed last.
    private long installedEnd = NONE;

    private long appendedCount;
    private long appendedBytes;

    /// @param recentBytesMax how much of the log's end is kept in memory for others
    public History(Start start, long recentBytesMax) {
        base = start.base();
        applied = start.applied();
        committed = applied;
        lost = start.lost();
        suspect = start.suspect();
        recent = new RecentEntries(recentBytesMax, applied);
        lastAppended = applied;
        start.spans().forEach(this::open);
        proven = lastRecord(start.proven());
        for (Entry entry : start.tail()) {
            pending.add(new Proposal(LoggedTxn.read(entry.bytes()), null));
            recent.add(entry);
        }
        long end = pending.isEmpty() ? applied : pending.getLast().zxid();
        Invariant.check(
                start.spans().isEmpty() ? pending.isEmpty() : lastAppended == end,
                "the log ends at 0x%x, but its tail at 0x%x",
                lastAppended,
                end);
        lastDurable = lastAppended;
        overlap = new Overlap(pending.isEmpty() ? 0 : end);
    }

    /// The last record of the log.
    public long lastAppended() {
        return lastAppended;
    }

    /// Whether there was more than is known here. What this server has acknowledged is not proven by what it has, until
    /// a leader's snapshot is installed.
    public boolean lost() {
        return lost;
    }

    /// Whether the tree was found to be wrong before this process began, or a leader lacked what it holds. The records
    /// count, but a leader's snapshot should replace it all; what both logs have proves nothing until then.
    public boolean suspect() {
        return suspect;
    }

    /// A leader lacks what the tree holds behind `zxid`.
    public void disagrees(long zxid) {
        suspect = true;
        agreesUpTo = zxid;
    }

    /// Up to where a leader that lacked what the tree holds may have agreed; negative if there was none.
    public long agreesUpTo() {
        return agreesUpTo;
    }

    /// The last record that the disk has for certain. Votes and acknowledgements speak of this and nothing else.
    public long lastDurable() {
        return lastDurable;
    }

    /// Up to here every record is committed.
    public long committed() {
        return committed;
    }

    /// What no leader may lack. Below [#committed] only as long as all that is known of the rest is that a snapshot of
    /// Apache's holds it.
    public long proven() {
        return proven;
    }

    /// Up to here the tree holds every record.
    public long applied() {
        return applied;
    }

    /// Which records the tree may hold already though they are not applied.
    public Overlap overlap() {
        return overlap;
    }

    /// Whether the disk has all that was appended.
    public boolean settled() {
        return lastDurable == lastAppended;
    }

    /// How many records are not applied.
    public int pending() {
        return pending.size();
    }

    /// Shows the records that are not applied, oldest first.
    public void unapplied(Consumer<LoggedTxn> visitor) {
        pending.forEach(proposal -> visitor.accept(proposal.txn()));
    }

    /// How many records this process has appended, and their bytes.
    public long appendedCount() {
        return appendedCount;
    }

    public long appendedBytes() {
        return appendedBytes;
    }

    /// Takes a record behind the last one, and sends it to the log.
    public void append(Proposal proposal, byte[] entry, Log log) {
        long zxid = proposal.zxid();
        Invariant.check(Zxid.follows(zxid, lastAppended), "0x%x does not follow 0x%x", zxid, lastAppended);
        take(proposal, new Entry(zxid, entry));
        log.append(zxid, entry);
    }

    /// Learns that the disk has everything up to `zxid`.
    public void durable(long zxid) {
        Invariant.check(zxid >= lastDurable && zxid <= lastAppended, "durable zxid 0x%x is out of order", zxid);
        lastDurable = zxid;
    }

    /// Learns that everything up to `zxid` is committed.
    public void commit(long zxid) {
        Invariant.check(zxid >= committed && zxid <= lastAppended, "commit of 0x%x is out of order", zxid);
        committed = zxid;
        proven = Math.max(proven, zxid);
    }

    /// The next record that is committed and on the disk; it counts as applied from now on. Null if there is none.
    public @Nullable Proposal nextToApply() {
        Proposal first = pending.peek();
        if (first == null || first.zxid() > committed || first.zxid() > lastDurable) {
            return null;
        }
        applied = first.zxid();
        return pending.poll();
    }

    /// Whether the record `zxid` is in the log, or is the one that it begins behind. A zxid stands for all that comes
    /// before it too: its epoch had one leader, and who has a record of an epoch has the history that it began with.
    public boolean contains(long zxid) {
        return zxid == base || zxid > base && lastNotAfter(zxid) == zxid;
    }

    /// Whether the record `zxid` is certainly not one of this history, whose end is not before it.
    public boolean lacks(long zxid) {
        return zxid > base && lastNotAfter(zxid) != zxid;
    }

    /// The last record at or before `zxid`; the base if there is none.
    public long lastNotAfter(long zxid) {
        if (spanFirst != NONE && spanFirst <= zxid) {
            return Math.min(lastAppended, zxid);
        }
        for (int i = spans.size() - 1; i >= 0; i--) {
            Span span = spans.get(i);
            if (span.first() <= zxid) {
                return Math.min(span.last(), zxid);
            }
        }
        return base;
    }

    /// The last record that is known to be at or before `zxid`. The beginning of an epoch is no record, and a history
    /// may rightly end before it.
    private long lastRecord(long zxid) {
        long last = Zxid.counter(zxid) == 0 ? lastNotAfter(zxid) : zxid;
        return Zxid.counter(last) == 0 ? 0 : last;
    }

    /// Whether the log holds a record of the epoch.
    public boolean knows(long epoch) {
        long last = lastNotAfter(Zxid.end(epoch));
        return last > base && Zxid.epoch(last) == epoch;
    }

    /// Whether the entries behind the record `zxid` are in memory.
    public boolean remembers(long zxid) {
        return recent.covers(zxid);
    }

    /// The record before the oldest entry in memory.
    public long rememberedFrom() {
        return recent.before();
    }

    /// Learns that the disk has lost the beginning of the log, as old files are removed: it begins with what is in
    /// memory.
    public void forgetBeginning() {
        base = Math.max(base, Math.min(recent.before(), applied));
        while (!spans.isEmpty() && spans.getFirst().last() <= base) {
            spans.removeFirst();
        }
        if (!spans.isEmpty() && spans.getFirst().first() <= base) {
            spans.set(0, new Span(base + 1, spans.getFirst().last()));
        } else if (spans.isEmpty() && spanFirst != NONE && spanFirst <= base) {
            spanFirst = lastAppended > base ? base + 1 : NONE;
        }
    }

    /// Entries behind the record `zxid` and not behind `last`, from memory: about `bytesMax` bytes of them, but one at
    /// least if there is any.
    public List<Entry> after(long zxid, long last, long bytesMax) {
        Invariant.check(recent.covers(zxid), "0x%x is not remembered", zxid);
        return recent.after(zxid, last, bytesMax);
    }

    /// Removes all records behind `zxid`, from the disk too. None of them may be applied, and none on its way to the
    /// disk: what the disk says of those would be taken for what is appended later.
    public void truncate(long zxid, Journal journal) {
        Invariant.check(settled(), "truncation to 0x%x overtakes the disk", zxid);
        Invariant.check(zxid >= applied, "truncation to 0x%x would undo what is applied up to 0x%x", zxid, applied);
        while (!pending.isEmpty() && pending.getLast().zxid() > zxid) {
            pending.removeLast();
        }
        closeSpan();
        while (!spans.isEmpty() && spans.getLast().last() > zxid) {
            Span cut = spans.removeLast();
            if (cut.first() <= zxid) {
                spans.add(new Span(cut.first(), zxid));
            }
        }
        long end = Math.max(base, applied);
        if (!spans.isEmpty()) {
            end = spans.getLast().last();
            spanFirst = spans.removeLast().first();
        }
        recent.truncate(end);
        lastAppended = end;
        lastDurable = Math.min(lastDurable, end);
        committed = Math.min(committed, end);
        overlap = new Overlap(Math.min(overlap.until(), end));
        journal.truncate(end);
    }

    /// Begins anew behind a snapshot that replaces all records, with `entries` behind it. They are durable once the
    /// snapshot is: see [#installed].
    ///
    /// The snapshot may be older than the tree: it holds what its sender had applied, who may know more records to be
    /// there than to be committed. But both together go at least as far as what is known to be committed here.
    ///
    /// @param within which of the entries the snapshot may hold already
    public void install(long zxid, List<Entry> entries, Overlap within) {
        long end = entries.isEmpty() ? zxid : entries.getLast().zxid();
        Invariant.check(end >= proven, "a history up to 0x%x would undo what is committed: 0x%x", end, proven);
        Invariant.check(settled(), "a snapshot of 0x%x overtakes the disk", zxid);
        pending.clear();
        spans.clear();
        spanFirst = NONE;
        recent.clear(zxid);
        base = zxid;
        lastAppended = zxid;
        lastDurable = zxid;
        committed = committed <= end ? Math.max(committed, zxid) : zxid;
        proven = Math.max(proven, lastRecord(zxid));
        applied = zxid;
        lost = false;
        suspect = false;
        agreesUpTo = NONE;
        overlap = within;
        for (Entry entry : entries) {
            take(new Proposal(LoggedTxn.read(entry.bytes()), null), entry);
        }
        installedEnd = end;
    }

    /// Learns that the disk has what was installed, if anything was.
    public void installed() {
        lastDurable = Math.max(lastDurable, installedEnd);
        installedEnd = NONE;
    }

    /// Forgets who asked for what is not applied: its role has ended, and nobody waits for an answer any more.
    public void disown() {
        int count = pending.size();
        for (int i = 0; i < count; i++) {
            pending.add(pending.remove().disowned());
        }
    }

    private void take(Proposal proposal, Entry entry) {
        if (spanFirst == NONE || entry.zxid() != lastAppended + 1) {
            closeSpan();
            spanFirst = entry.zxid();
        }
        lastAppended = entry.zxid();
        pending.add(proposal);
        recent.add(entry);
        appendedCount++;
        appendedBytes += entry.bytes().length;
    }

    private void open(Span span) {
        closeSpan();
        spanFirst = span.first();
        lastAppended = span.last();
    }

    private void closeSpan() {
        if (spanFirst != NONE) {
            spans.add(new Span(spanFirst, lastAppended));
            spanFirst = NONE;
        }
    }
}
