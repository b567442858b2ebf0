// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import io.zabra.core.base.Now;
import io.zabra.core.election.Vote;
import io.zabra.core.feed.Acknowledgements;
import io.zabra.core.feed.Contact;
import io.zabra.core.feed.PeerLink;
import io.zabra.core.log.Entry;
import io.zabra.core.log.Epochs;
import io.zabra.core.log.History;
import io.zabra.core.log.Overlap;
import io.zabra.core.log.Proposal;
import io.zabra.core.log.ReceivedSnapshot;
import io.zabra.core.log.Replacement;
import io.zabra.core.log.Zxid;
import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.data.Id;
import io.zabra.wire.quorum.Dialect;
import io.zabra.wire.quorum.QuorumPacket;
import io.zabra.wire.txn.LoggedTxn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A follower or observer of a leader (Apache: Learner, Follower and Observer): accepts the epoch, takes over the
/// leader's history, and then logs and applies what the leader proposes and commits. Owned by the node.
///
/// What it acknowledges is on its disk, in this order: the history, then the epoch; and proposals one after the other
/// behind that. What it shows to clients is committed. Until the leader says that the epoch stands, nothing is.
/// What speaks against what it has, or against the leader, is found by its `Misgivings`.
public final class Learner implements Role {

    private enum Stage {
        /// The disk has to get all that was appended before the leader is asked for a snapshot.
        SETTLES,
        /// The connection is being made.
        CONNECTS,
        INTRODUCED,
        /// The disk takes note of the epoch.
        ACCEPTS_EPOCH,
        /// Waits to be told how it gets the history.
        ACCEPTED_EPOCH,
        GETS_SNAPSHOT,
        GETS_ENTRIES,
        /// The disk makes the history durable, and then the epoch.
        ENTERS_EPOCH,
        ENTERED_EPOCH,
        ACTIVE
    }

    /// Who this learner is, and whether its leader was elected as one that never was in an epoch.
    record Self(long sid, boolean observer, Members members, boolean leaderIsNew) {}

    private final Self self;
    private final Appointment appointment;
    private final long leader;
    private final History history;
    private final Timing timing;
    private final Replica replica;
    private final PeerEffects out;
    private final Uplink uplink;
    private final ObserverMaster master;
    private final Acknowledgements acks;
    private final Dialling dialling;
    private Epochs epochs;
    private Stage stage = Stage.CONNECTS;
    private @Nullable PeerLink link;
    /// What comes in to take the place of the history; null if that goes on.
    private @Nullable Replacement replacement;
    private long epoch;
    /// The end of the history before the leader's was taken over.
    private long trialStart;
    private long committed;
    /// The end of what has to be on the disk before NEWLEADER is acknowledged.
    private long historyEnd;
    private long deadlineMs;
    private final Contact contact = new Contact();
    private final Misgivings misgivings;
    /// What it speaks with this leader.
    private Dialect dialect = Dialect.APACHE;
    private long toleratedAt;
    private @Nullable String over;

    Learner(Self self, long leader, History history, Epochs epochs, Timing timing, Replica replica, PeerEffects out) {
        this.self = self;
        this.appointment = new Appointment(self, leader);
        this.leader = leader;
        this.history = history;
        this.epochs = epochs;
        this.timing = timing;
        this.replica = replica;
        this.out = out;
        this.uplink = new Uplink(replica, this::send);
        this.master = new ObserverMaster(self.members(), history, timing, replica, out, uplink);
        this.acks = new Acknowledgements(this::send);
        this.dialling = new Dialling(leader, out);
        this.misgivings = new Misgivings(leader, history, out);
    }

    /// Goes to the leader.
    ///
    /// @param failures how often in a row this server has found a leader and was not led by it
    /// @param found how often it has refused a leader
    void begin(Now now, int failures, Misgivings.Past found) {
        misgivings.begin(found);
        int pauseMs = dialling.begin(now, failures, misgivings.past().refusals());
        deadlineMs = now.monotonicMs() + pauseMs + timing.initMs();
    }

    /// What it has found with this leader.
    Misgivings.Past found() {
        return misgivings.past();
    }

    public long leader() {
        return leader;
    }

    /// Whether all has come in that this leader will ever make of what earlier connections forwarded to it.
    public boolean isSettled() {
        return !self.observer() && dialect.has(Dialect.ACKS_ALL);
    }

    /// Sends a client's write to the leader. It comes back as a transaction of this session with this `cxid`.
    public void forward(long sessionId, int cxid, OpCode op, byte[] body, List<Id> credentials) {
        uplink.forward(new QuorumPacket.Forward(sessionId, cxid, op.number(), body, credentials));
    }

    /// Asks the leader whether a session lives, and claims it; answered by [Replica#revalidated].
    public void revalidate(long sessionId, int timeoutMs) {
        uplink.claim(new QuorumPacket.Revalidate(sessionId, timeoutMs));
    }

    /// How many observers learn from this server.
    int observers() {
        return master.active();
    }

    @Override
    public void take(PeerInput input, Now now) {
        switch (input) {
            case PeerInput.LeaderConnected(PeerLink made) -> connected(made, now);
            case PeerInput.LeaderUnreachable(long sid) -> {
                if (sid == leader && stage == Stage.CONNECTS) {
                    over = dialling.failed(now) ? over : "the leader cannot be reached";
                }
            }
            case PeerInput.Received(PeerLink from, QuorumPacket packet) -> {
                if (from == link) {
                    contact.heard(now);
                    received(packet, now);
                } else {
                    master.take(input, now);
                }
            }
            case PeerInput.SnapshotReceived(PeerLink from, ReceivedSnapshot received) -> {
                if (from == link && stage == Stage.GETS_SNAPSHOT) {
                    contact.heard(now);
                    replacement = new Replacement(received);
                    stage = Stage.GETS_ENTRIES;
                }
            }
            case PeerInput.Disconnected(PeerLink from) -> {
                if (from == link) {
                    over = "the connection is gone";
                } else {
                    master.take(input, now);
                }
            }
            case PeerInput.EpochsDurable(Epochs durable) -> epochsDurable(durable);
            case PeerInput.LearnerConnected _, PeerInput.LogRead _ -> master.take(input, now);
            case PeerInput.Heard _ -> over = stage == Stage.ACTIVE ? over : "its leader looks for a leader again";
            // Who waits to ask a leader again that it refuses, need not wait for one that is gone.
            case PeerInput.Unreachable(long sid)
            when sid == leader && stage == Stage.CONNECTS && misgivings.past().refusals() > 0 ->
                over = "the leader is gone";
            case PeerInput.HandOver _, PeerInput.OfElection _, PeerInput.QuorumPort _ -> {}
        }
    }

    private void connected(PeerLink made, Now now) {
        if (stage != Stage.CONNECTS) {
            made.close();
            return;
        }
        link = made;
        contact.heard(now);
        dialling.reached();
        stage = Stage.INTRODUCED;
        made.send(new QuorumPacket.LearnerInfo(
                self.observer(),
                epochs.accepted(),
                self.sid(),
                QuorumPacket.PROTOCOL_VERSION,
                self.members().committed().version(),
                newcomer() ? Dialect.ZABRA.and(Dialect.NEWCOMER) : Dialect.ZABRA));
    }

    private void received(QuorumPacket packet, Now now) {
        switch (packet) {
            case QuorumPacket.LeaderInfo(long offered, int _, Dialect spoken) -> offered(offered, spoken);
            case QuorumPacket.Diff(long zxid) -> {
                if (keepsWhatIsHere(packet, now)) {
                    beginEntries(history.lastNotAfter(zxid));
                }
            }
            case QuorumPacket.Trunc(long zxid) -> {
                if (keepsWhatIsHere(packet, now)) {
                    truncate(zxid, now);
                }
            }
            case QuorumPacket.Snap _ -> {
                expect(Stage.ACCEPTED_EPOCH, packet);
                stage = over == null ? Stage.GETS_SNAPSHOT : stage;
            }
            case QuorumPacket.Proposal(long zxid, byte[] entry) -> proposed(zxid, entry, packet);
            case QuorumPacket.Inform(long zxid, byte[] entry) -> {
                proposed(zxid, entry, packet);
                committed(zxid, now);
            }
            case QuorumPacket.Commit(long zxid) -> committed(zxid, now);
            case QuorumPacket.CommitAndActivate(long zxid, long next) -> committed(appointment.named(zxid, next), now);
            case QuorumPacket.InformAndActivate(long zxid, long next, byte[] entry) -> {
                proposed(zxid, entry, packet);
                committed(appointment.named(zxid, next), now);
            }
            case QuorumPacket.NewLeader newLeader -> newLeader(newLeader, now);
            case QuorumPacket.UpToDate _ -> upToDate(packet, now);
            // A leader counts the answers. Ours asks whether an acceptance stands; Apache's takes none before UPTODATE.
            case QuorumPacket.Ping(long zxid)
            when stage == Stage.ACCEPTED_EPOCH && !dialect.equals(Dialect.APACHE) ->
                send(new QuorumPacket.PingReply(zxid, List.of()));
            case QuorumPacket.Ping(long zxid)
            when stage == Stage.ACTIVE -> send(new QuorumPacket.PingReply(zxid, replica.touched()));
            case QuorumPacket.Ping _ -> {}
            case QuorumPacket.Revalidated answer -> uplink.revalidated(answer, history.lastAppended(), now);
            case QuorumPacket.Sync _ -> uplink.synced(committed, now);
            case QuorumPacket.Unknown _ -> {}
            case QuorumPacket.Ack _,
                    QuorumPacket.AckEpoch _,
                    QuorumPacket.Forward _,
                    QuorumPacket.LearnerInfo _,
                    QuorumPacket.PingReply _,
                    QuorumPacket.Revalidate _ ->
                over = "the leader sent " + packet.getClass().getSimpleName() + ", which is for learners to send";
        }
    }

    /// Whether this server has nothing: it is new, or has lost its disk, and what it promised and knew.
    private boolean newcomer() {
        return history.lost() || epochs.accepted() == 0 && history.lastDurable() == 0;
    }

    /// What a newcomer accepts does not prove that nobody knows more than the leader, unless there never was an epoch.
    /// Then it makes no promise either: one that it has on its disk says that it counts.
    private boolean countsAsAccepted() {
        // The first epoch that Apache's leader offers need not have number 1: it may have failed to begin others.
        boolean first = dialect.equals(Dialect.APACHE) ? epoch == 1 || self.leaderIsNew : dialect.has(Dialect.NEWCOMER);
        return !newcomer() || first && !history.lost();
    }

    private void offered(long offered, Dialect spoken) {
        dialect = spoken;
        epoch = offered;
        misgivings.recall();
        if (stage != Stage.INTRODUCED) {
            over = "the leader offered an epoch twice";
        } else if (offered < epochs.accepted()) {
            over = misgivings.earlier(offered, epochs, self.observer());
        } else if (epochs.accepted() > 0 && offered - epochs.accepted() > Epochs.STEP_MAX) {
            over = "the leader's epoch " + offered + " is too far from " + epochs.accepted() + ", which was accepted";
        } else if (offered == epochs.accepted()) {
            accepted(QuorumPacket.AckEpoch.NOT_NEW);
        } else if (!countsAsAccepted()) {
            misgivings.hasNothing();
            accepted(QuorumPacket.AckEpoch.NOT_NEW);
        } else {
            stage = Stage.ACCEPTS_EPOCH;
            epochs = epochs.accept(offered);
            out.epochs(epochs);
        }
    }

    private void epochsDurable(Epochs durable) {
        if (!durable.equals(epochs)) {
            return;
        }
        if (stage == Stage.ACCEPTS_EPOCH) {
            accepted((int) epochs.current());
        } else if (stage == Stage.ENTERS_EPOCH) {
            stage = Stage.ENTERED_EPOCH;
            history.durable(Math.max(historyEnd, history.lastDurable()));
            send(new QuorumPacket.Ack(Zxid.start(epoch)));
        }
    }

    private void accepted(int currentEpoch) {
        stage = Stage.ACCEPTED_EPOCH;
        send(new QuorumPacket.AckEpoch(misgivings.claim(currentEpoch != QuorumPacket.AckEpoch.NOT_NEW), currentEpoch));
    }

    /// Whether the leader may build on what this server has.
    private boolean keepsWhatIsHere(QuorumPacket packet, Now now) {
        expect(Stage.ACCEPTED_EPOCH, packet);
        if (over == null && misgivings.claimedNothing()) {
            over = "the leader sent " + packet.getClass().getSimpleName() + " to a server that has nothing";
        } else if (over == null && misgivings.snapshotWanted() != null) {
            wantSnapshot(misgivings.snapshotWanted(), now);
            return false;
        }
        return over == null;
    }

    /// Connects to the leader anew, as a server that has nothing.
    private void wantSnapshot(String why, Now now) {
        if (misgivings.claimedNothing()) {
            over = why + ", though it was asked for a snapshot";
            return;
        }
        misgivings.want(why);
        if (stage == Stage.ACTIVE) {
            replica.retire(contact.heardMs(), now);
            history.disown();
        }
        master.end();
        uplink.forget();
        if (link != null) {
            link.close();
            link = null;
        }
        stage = Stage.SETTLES;
        deadlineMs = now.monotonicMs() + timing.initMs();
    }

    private void truncate(long zxid, Now now) {
        if (zxid < history.applied()) {
            wantSnapshot(misgivings.lacks(zxid), now);
            return;
        }
        long before = history.lastAppended();
        self.members().truncated(zxid);
        history.truncate(zxid, out);
        out.event(new ZabEvent.Truncated(history.lastAppended(), before));
        beginEntries(history.lastAppended());
    }

    private void beginEntries(long alreadyCommitted) {
        if (stage != Stage.ACCEPTED_EPOCH) {
            over = "the leader sent the beginning of its history twice";
            return;
        }
        stage = Stage.GETS_ENTRIES;
        trialStart = history.lastAppended();
        committed = Math.max(alreadyCommitted, history.committed());
    }

    private void proposed(long zxid, byte[] entry, QuorumPacket packet) {
        if (stage.compareTo(Stage.GETS_ENTRIES) < 0) {
            expect(Stage.GETS_ENTRIES, packet);
            return;
        }
        if (Zxid.epoch(zxid) > epoch || stage != Stage.GETS_ENTRIES && Zxid.epoch(zxid) < epoch) {
            over = "the leader of epoch " + epoch + " proposed " + Zxid.text(zxid);
            return;
        }
        long last = received();
        if (zxid <= last) {
            // What was proposed while the history was on its way may come twice.
            if ((replacement == null || stage != Stage.GETS_ENTRIES) && history.lacks(zxid)) {
                over = "the leader has " + Zxid.text(zxid) + ", which is missing here";
            }
            return;
        }
        if (!Zxid.follows(zxid, last)) {
            over = "the leader left out records: " + Zxid.text(zxid) + " came after " + Zxid.text(last);
            return;
        }
        try {
            LoggedTxn txn = Members.read(zxid, entry);
            if (replacement != null && stage == Stage.GETS_ENTRIES) {
                boolean fits = replacement.add(new Entry(zxid, entry));
                over = fits ? over : "more came in behind the snapshot than fits into memory";
            } else {
                self.members().proposed(txn);
                history.append(new Proposal(txn, null), entry, out);
            }
        } catch (MalformedPacketException e) {
            over = "the leader's proposal " + Zxid.text(zxid) + " cannot be understood: " + e.getMessage();
        }
    }

    private long received() {
        return replacement == null || stage != Stage.GETS_ENTRIES ? history.lastAppended() : replacement.last();
    }

    private void committed(long zxid, Now now) {
        if (over != null) {
            return;
        }
        if (zxid > received()) {
            over = "the leader committed " + Zxid.text(zxid) + ", which it did not propose";
            return;
        }
        committed = Math.max(committed, zxid);
        if (stage == Stage.ACTIVE) {
            commit(now);
        }
    }

    private void commit(Now now) {
        history.commit(Math.max(committed, history.committed()));
        apply(now);
    }

    private void apply(Now now) {
        if (replica.divergedAt() <= toleratedAt) {
            replica.applyCommitted(now);
        }
        boolean wrong = replica.divergedAt() > toleratedAt;
        if (wrong && misgivings.snapshotWanted() == null) {
            out.suspectTree();
            wantSnapshot("the tree is not as the leader foretold after " + Zxid.text(replica.divergedAt()), now);
        } else if (wrong) {
            // It is the leader's own tree now. What is wrong is the prediction, and another snapshot would not help.
            toleratedAt = replica.divergedAt();
            out.event(new ZabEvent.Diverged(leader, toleratedAt));
            replica.applyCommitted(now);
        }
    }

    private void newLeader(QuorumPacket.NewLeader packet, Now now) {
        expect(Stage.GETS_ENTRIES, packet);
        if (over != null) {
            return;
        }
        self.members().compareWithLeader(leader, packet.config());
        long zxid = packet.zxid();
        if (zxid != Zxid.start(epoch)) {
            over = "the leader begins epoch " + Zxid.epoch(zxid) + ", but epoch " + epoch + " was accepted";
            return;
        }
        over = misgivings.objection(received());
        if (over != null) {
            return;
        }
        stage = Stage.ENTERS_EPOCH;
        epochs = epochs.accept(epoch).enter(epoch);
        if (replacement == null) {
            self.members().entered(packet.config());
            out.epochs(epochs);
        } else {
            install(replacement, packet.config(), now);
            replacement = null;
        }
        historyEnd = history.lastAppended();
        // What is not committed yet is in the history, but the leader counts acknowledgements one by one for it.
        acks.begin(Math.min(committed, historyEnd));
    }

    private void install(Replacement all, byte @Nullable [] config, Now now) {
        ReceivedSnapshot snapshot = all.snapshot();
        List<Entry> entries = all.entries();
        long before = history.lastAppended();
        misgivings.givesUp(all);
        // Apache's leaders tell what is committed before they apply it, and send a tree that changes meanwhile: it may
        // hold all that they have told before NEWLEADER, and nothing else.
        history.install(snapshot.zxid(), entries, new Overlap(committed));
        replica.install(snapshot, now);
        self.members().installed(snapshot.tree(), entries, config);
        out.install(snapshot, entries, epochs);
        out.event(new ZabEvent.SnapshotInstalled(snapshot.zxid(), before));
        committed = Math.max(committed, history.committed());
    }

    private void upToDate(QuorumPacket packet, Now now) {
        expect(Stage.ENTERED_EPOCH, packet);
        if (over != null) {
            return;
        }
        stage = Stage.ACTIVE;
        send(new QuorumPacket.Ack(Zxid.start(epoch)));
        self.members().established(epoch, committed);
        commit(now);
        if (stage != Stage.ACTIVE) {
            return;
        }
        if (!history.overlap().isOverAt(history.applied())) {
            over = "the leader has not committed what its snapshot holds parts of";
            return;
        }
        if (!self.observer()) {
            master.begin(epoch);
        }
        replica.follow(this, epoch, now);
        out.event(new ZabEvent.Following(leader, epoch, history.lastAppended()));
        self.members().follows(self.sid(), leader);
    }

    @Override
    public void durable(Now now) {
        if (stage == Stage.ACTIVE) {
            apply(now);
        }
    }

    /// Acknowledges what the disk has got.
    @Override
    public void flush(Now now) {
        if (stage == Stage.SETTLES && history.settled()) {
            stage = Stage.CONNECTS;
            dialling.begin();
        }
        master.flush(appointment.named());
        if (stage.compareTo(Stage.ENTERED_EPOCH) < 0 || self.observer()) {
            return;
        }
        acks.tell(Zxid.start(epoch), history.lastDurable(), dialect);
    }

    @Override
    public long wakeAtMs() {
        return dialling.dueMs();
    }

    @Override
    public void tick(Now now) {
        contact.snapshot(link == null ? 0 : link.snapshotBytes(), now);
        master.tick(now);
        dialling.tick(now);
        long silentMs = contact.silentMs(now);
        boolean active = stage == Stage.ACTIVE;
        if (active && silentMs > timing.syncMs()) {
            over = "the leader has been silent for " + silentMs + " ms";
        } else if (!active && now.monotonicMs() > deadlineMs && silentMs > timing.initMs()) {
            over = "no leader in time (" + stage + ")";
        }
    }

    @Override
    public @Nullable String over() {
        return over;
    }

    @Override
    public void membersChanged(Now now) {
        over = over == null ? appointment.reasonToEnd() : over;
        self.members().follows(self.sid(), leader);
    }

    @Override
    public long inTouchMs() {
        return contact.heardMs();
    }

    @Override
    public @Nullable Vote successor() {
        return appointment.successor();
    }

    @Override
    public boolean awaitsDisk() {
        return stage == Stage.ACCEPTS_EPOCH || stage == Stage.ENTERS_EPOCH;
    }

    @Override
    public long served() {
        return stage == Stage.ACTIVE ? epoch : NONE;
    }

    /// As long as the epoch was not entered, what was taken over of it does not count.
    @Override
    public long keeps() {
        return stage == Stage.GETS_ENTRIES && replacement == null ? trialStart : Long.MAX_VALUE;
    }

    @Override
    public void end() {
        master.end();
        if (link != null) {
            link.close();
        }
        out.event(appointment.farewell(over == null ? "another role begins" : over));
    }

    private void expect(Stage expected, QuorumPacket packet) {
        if (stage != expected && over == null) {
            over = "the leader sent " + packet.getClass().getSimpleName() + " while this server was " + stage;
        }
    }

    private void send(QuorumPacket packet) {
        if (link != null) {
            link.send(packet);
        }
    }
}
