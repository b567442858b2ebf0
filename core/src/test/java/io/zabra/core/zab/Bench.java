// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import io.zabra.core.base.Now;
import io.zabra.core.feed.LearnerSeat;
import io.zabra.core.feed.PeerLink;
import io.zabra.core.log.Entry;
import io.zabra.core.log.Epochs;
import io.zabra.core.log.History;
import io.zabra.core.log.Proposal;
import io.zabra.core.log.ReceivedSnapshot;
import io.zabra.core.log.Span;
import io.zabra.core.log.Zxid;
import io.zabra.core.quorum.Membership;
import io.zabra.core.quorum.Quorums;
import io.zabra.core.tree.DataTree;
import io.zabra.core.tree.FrozenTree;
import io.zabra.core.tree.TreeOptions;
import io.zabra.wire.quorum.Dialect;
import io.zabra.wire.quorum.Notification;
import io.zabra.wire.quorum.QuorumPacket;
import io.zabra.wire.txn.LoggedTxn;
import io.zabra.wire.txn.SetDataTxn;
import io.zabra.wire.txn.TxnHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// The surroundings of one role, and a list of what it wants of them, as short lines: `disk append 2:1`,
/// `a< COMMIT 2:1` for a packet sent over the link `a`, `apply 2:1`. A zxid is `epoch:counter`.
final class Bench implements PeerEffects, Replica {

    static final Timing TIMING = new Timing(100, 1_000, 400);

    final List<String> out = new ArrayList<>();
    final List<ZabEvent> events = new ArrayList<>();
    /// The versions of the members that the tree was to show.
    final List<Long> shown = new ArrayList<>();
    History history;
    long nowMs = 1_000;
    long unsentBytes;
    /// Names of links that take nothing any more.
    final Set<String> stuck = new TreeSet<>();
    long snapshotBytes;
    long committed;
    long divergedAt;
    /// The transaction after which it is not.
    long divergesAt = -1;
    /// Sessions that the leader knows.
    final Set<Long> alive = new TreeSet<>();
    boolean observersMayCome;
    /// Whether clients have moved away from the observer that speaks for them.
    boolean moved;

    Bench(History history) {
        this.history = history;
    }

    Bench(History.Start start) {
        this(new History(start, 1_000));
    }

    /// A history with a record for each zxid, of which those up to `applied` are applied.
    static Bench with(long recentBytesMax, long applied, long... zxids) {
        List<Span> spans = new ArrayList<>();
        List<Entry> tail = new ArrayList<>();
        for (long zxid : zxids) {
            spans.add(new Span(zxid, zxid));
            if (zxid > applied) {
                tail.add(new Entry(zxid, entry(zxid)));
            }
        }
        return new Bench(new History(new History.Start(0, spans, applied, tail), recentBytesMax));
    }

    static long z(long epoch, long counter) {
        return Zxid.start(epoch) + counter;
    }

    static byte[] entry(long zxid) {
        return new LoggedTxn(new TxnHeader(1, 1, zxid, 7, 5), new SetDataTxn("/a", null, 1), null).encode();
    }

    static QuorumPacket proposal(long zxid) {
        return new QuorumPacket.Proposal(zxid, entry(zxid));
    }

    static ReceivedSnapshot snapshot(long zxid) {
        return new ReceivedSnapshot(zxid, DataTree.fresh(TreeOptions.defaults()), new TreeMap<>(), "file");
    }

    /// Server 1 of the voters 1 to 3, as a learner.
    Learner.Self self(boolean observer) {
        String text = "server.1=h:1:2\nserver.2=h:1:2\nserver.3=h:1:2";
        return new Learner.Self(1, observer, new Members(1, Quorums.of(Membership.parse(text)), this), false);
    }

    Now now() {
        return new Now(nowMs * 1_000_000, nowMs);
    }

    /// What came out since the last call.
    List<String> said() {
        List<String> said = List.copyOf(out);
        out.clear();
        return said;
    }

    static String text(long zxid) {
        return Zxid.epoch(zxid) + ":" + Zxid.counter(zxid);
    }

    static String text(QuorumPacket packet) {
        return switch (packet) {
            case QuorumPacket.Proposal(long zxid, var _) -> "PROPOSAL " + text(zxid);
            case QuorumPacket.Inform(long zxid, var _) -> "INFORM " + text(zxid);
            case QuorumPacket.Commit(long zxid) -> "COMMIT " + text(zxid);
            case QuorumPacket.Ack(long zxid) -> "ACK " + text(zxid);
            case QuorumPacket.AckEpoch(long last, int current) -> "ACKEPOCH " + text(last) + " " + current;
            case QuorumPacket.LeaderInfo(long epoch, int _, Dialect spoken) ->
                "LEADERINFO " + epoch + (spoken.has(Dialect.NEWCOMER) ? " counts" : "");
            case QuorumPacket.LearnerInfo info -> "LEARNERINFO " + info.acceptedEpoch();
            case QuorumPacket.NewLeader(long zxid, var _) -> "NEWLEADER " + text(zxid);
            case QuorumPacket.Diff(long zxid) -> "DIFF " + text(zxid);
            case QuorumPacket.Trunc(long zxid) -> "TRUNC " + text(zxid);
            case QuorumPacket.Snap(long zxid) -> "SNAP " + text(zxid);
            case QuorumPacket.Ping _ -> "PING";
            case QuorumPacket.PingReply _ -> "PING";
            case QuorumPacket.UpToDate _ -> "UPTODATE";
            case QuorumPacket.Sync _ -> "SYNC";
            case QuorumPacket.Forward asked -> "REQUEST " + asked.cxid() + " op " + asked.op();
            case QuorumPacket.Revalidate claim -> "REVALIDATE " + claim.sessionId();
            case QuorumPacket.Revalidated answer -> "REVALIDATE " + answer.sessionId() + " " + answer.valid();
            case QuorumPacket.InformAndActivate(long zxid, long leader, var _) ->
                "INFORMANDACTIVATE " + text(zxid) + " " + leader;
            default -> packet.toString();
        };
    }

    PeerLink link(String name) {
        return new PeerLink() {
            @Override
            public void send(QuorumPacket packet) {
                out.add(name + "< " + text(packet));
            }

            @Override
            public void snapshot(FrozenTree tree, SortedMap<Long, Integer> sessions) {
                out.add(name + "< snapshot");
            }

            @Override
            public void close() {
                out.add(name + " closed");
            }

            @Override
            public long unsentBytes() {
                return stuck.contains(name) ? UNSENT_BYTES_MAX : unsentBytes;
            }

            @Override
            public long snapshotBytes() {
                return snapshotBytes;
            }
        };
    }

    @Override
    public void append(long zxid, byte[] entry) {
        out.add("disk append " + text(zxid));
    }

    @Override
    public void suspectTree() {
        out.add("disk suspects");
    }

    @Override
    public void roll() {}

    @Override
    public void truncate(long zxid) {
        out.add("disk truncate " + text(zxid));
    }

    @Override
    public void epochs(Epochs epochs) {
        out.add("disk epochs " + epochs.accepted() + "/" + epochs.current());
    }

    @Override
    public void install(ReceivedSnapshot snapshot, List<Entry> entries, Epochs epochs) {
        out.add("disk install " + text(snapshot.zxid()) + " +" + entries.size() + " epochs " + epochs.accepted() + "/"
                + epochs.current());
    }

    @Override
    public void read(long zxid, long last, long bytesMax) {
        out.add("disk read " + text(zxid) + ".." + text(last));
    }

    @Override
    public void committed(long zxid) {
        committed = zxid;
    }

    @Override
    public void elect(long to, Notification notification) {
        out.add("vote to " + to);
    }

    @Override
    public void dial(long leader) {
        out.add("dial " + leader);
    }

    @Override
    public void admitLearners(boolean open) {}

    @Override
    public void admitObservers(boolean open) {
        observersMayCome = open;
    }

    @Override
    public void event(ZabEvent event) {
        events.add(event);
    }

    @Override
    public void applyCommitted(Now now) {
        Proposal next = history.nextToApply();
        while (next != null) {
            out.add("apply " + text(next.zxid()));
            boolean wrong = next.zxid() == divergesAt;
            divergedAt = wrong ? divergesAt : divergedAt;
            next = wrong ? null : history.nextToApply();
        }
    }

    @Override
    public void lead(Leader leader, long epoch, Now now) {
        out.add("lead " + epoch);
    }

    @Override
    public void follow(Learner learner, long epoch, Now now) {
        out.add("follow " + epoch);
    }

    @Override
    public void retire(long inTouchMs, Now now) {
        out.add("retire");
    }

    @Override
    public FrozenTree freeze() {
        return DataTree.fresh(TreeOptions.defaults()).freeze();
    }

    @Override
    public SortedMap<Long, Integer> sessions() {
        return new TreeMap<>();
    }

    @Override
    public void install(ReceivedSnapshot snapshot, Now now) {
        out.add("tree " + text(snapshot.zxid()));
    }

    @Override
    public DataTree tree() {
        return DataTree.fresh(TreeOptions.defaults());
    }

    @Override
    public void show(Membership members, Now now) {
        shown.add(members.version());
    }

    @Override
    public long divergedAt() {
        return divergedAt;
    }

    @Override
    public void forwarded(LearnerSeat from, QuorumPacket.Forward request, Now now) {
        out.add("forwarded");
    }

    @Override
    public boolean revalidate(LearnerSeat from, long sessionId, int timeoutMs) {
        return alive.contains(sessionId);
    }

    @Override
    public void confirmed(long sessionId, Now now) {
        out.add("confirmed " + sessionId);
    }

    @Override
    public void touch(long sessionId, int timeoutMs) {
        out.add("session " + sessionId + " lives");
    }

    @Override
    public List<QuorumPacket.Touch> touched() {
        return List.of();
    }

    @Override
    public void revalidated(long sessionId, boolean valid, Now now) {
        out.add("session " + sessionId + " " + valid);
    }

    @Override
    public boolean comesBy(long observer, long sessionId) {
        return !moved;
    }

    @Override
    public boolean outdated(long sessionId, int cxid) {
        out.add("request " + cxid + " is outdated");
        return cxid < 1_000;
    }

    @Override
    public void granted(long observer, long sessionId) {
        out.add("session " + sessionId + " is of " + observer);
    }

    @Override
    public void synced(long zxid, Now now) {
        out.add("synced " + text(zxid));
    }
}
