// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import io.zabra.core.log.Entry;
import io.zabra.core.log.History;
import io.zabra.core.log.Zxid;
import io.zabra.core.quorum.Member;
import io.zabra.core.quorum.Membership;
import io.zabra.core.quorum.Quorums;
import io.zabra.core.tree.DataTree;
import io.zabra.core.tree.Paths;
import io.zabra.core.tree.Znode;
import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.quorum.QuorumPacket;
import io.zabra.wire.txn.LoggedTxn;
import io.zabra.wire.txn.SetDataTxn;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Who the members are, as far as this server knows: the committed membership, and the one that replaces it, if any
/// (Apache: the quorum verifier, and the one last seen). Outlives the roles. Owned by the node.
///
/// A membership comes into being as a transaction, whose zxid is its version, and counts from the moment on at which it
/// is in the log: beside the committed one as long as it is not committed itself, and instead of it from then on. So
/// the log tells it, and what is removed from the log is no longer proposed. There are two ways besides: the first
/// leader gives the list of the configuration files a version, without a transaction; and a leader that is elected
/// completes what it finds proposed, and tells its learners so when they enter its epoch.
///
/// What is heard in elections is never taken for more than it is: see [Quorums].
///
/// While memberships may not change here (`reconfigEnabled=false`), the one that was configured holds. But others may
/// have changed theirs: whoever ignores that needs the consent of the changed one as well, or two ensembles would come
/// of one. That ends when a leader has the list that is configured here, or somebody configures another one.
final class Members {

    private static final int LISTS_MAX = 256;

    private final long self;
    private final boolean change;
    private final int votersMin;
    private final PeerEffects out;
    private Membership committed;
    private @Nullable Membership next;
    /// Whether the next one is in the log: then it goes with its record.
    private boolean logged;
    /// A change that is committed, and that this server goes on without.
    private @Nullable Membership ignored;
    private @Nullable Membership heard;
    private @Nullable Membership rumoured;
    private Quorums quorums;
    private boolean changed;
    /// What others have told that is not the same text, to tell operators once.
    private final TreeMap<Long, String> lists = new TreeMap<>();
    /// Whether what the log gets is on trial: then so are the members that it brings.
    private boolean onTrial;
    /// Voters by the epoch in which they say that they were last.
    private final TreeMap<Long, Long> lastEpochs = new TreeMap<>();
    /// The epoch that stands; 0 while there is none.
    private long standing;

    private long promised;

    /// @param tree with all that is applied
    /// @param log with what may not be committed
    Members(Ensemble.Config config, DataTree tree, History log, PeerEffects out) {
        this.self = config.sid();
        this.change = config.changes().enabled();
        this.votersMin = config.changes().votersMin();
        this.out = out;
        this.committed = config.membership();
        this.next = change ? config.changes().next() : null;
        this.ignored = change ? null : differing(config.changes().next());
        this.quorums = present();
        if (change) {
            Membership shown = shown(tree);
            if (shown != null && shown.equals(next)) {
                // The process ended between the commit and taking note of it. Nothing else that the tree shows counts
                // here: it may be a copy that was made for other servers.
                commit(shown);
            }
            onTrial = true;
            log.unapplied(txn -> {
                Membership found = of(txn);
                if (found != null) {
                    logged(found);
                }
            });
        }
        onTrial = false;
        changed = false;
        if (change) {
            tell();
        } else if (ignored != null) {
            tellIgnored(ignored);
        }
    }

    private @Nullable Membership differing(@Nullable Membership other) {
        return other == null || other.sameMembersAs(committed) ? null : other;
    }

    private Quorums present() {
        return change ? new Quorums(committed, next) : new Quorums(committed, ignored, next, null);
    }

    /// Members that do not change.
    Members(long self, Quorums quorums, PeerEffects out) {
        this.self = self;
        this.change = false;
        this.votersMin = 1;
        this.out = out;
        this.committed = quorums.committed();
        this.next = quorums.next();
        this.quorums = quorums;
    }

    /// A voter came after the epoch was chosen, has promised a later one, and so could never join this one. If this
    /// server leads again, it begins behind that promise, whoever comes late.
    void hasPromised(long epoch) {
        promised = Math.max(promised, epoch);
    }

    /// The last epoch that a voter has promised so.
    long promised() {
        return promised;
    }

    /// Why this server cannot lead the learner that introduces itself so; null if it can.
    @Nullable
    String objection(QuorumPacket.LearnerInfo info) {
        if (info.configVersion() > newest().version()) {
            return "it knows a later membership";
        }
        if (info.sid() == self) {
            return "it has the id of this server";
        }
        long last = lastEpochs.getOrDefault(info.sid(), 0L);
        if (standing > 0 && info.acceptedEpoch() > standing && last > standing) {
            // Who was elected in its place would impose that history on all.
            return "it was in epoch " + last + ", and this ensemble only in " + standing
                    + ": its data is of another ensemble";
        }
        return info.protocolVersion() < QuorumPacket.PROTOCOL_VERSION
                ? "it speaks version " + info.protocolVersion() + " of the protocol, which is too old"
                : null;
    }

    /// A voter that looks for a leader has said in which epoch it was last.
    void heard(long sid, long epoch) {
        if (committed.isVoter(sid)) {
            lastEpochs.put(sid, epoch);
        }
    }

    /// This server's id.
    long self() {
        return self;
    }

    /// How many voters a change must leave.
    int votersMin() {
        return votersMin;
    }

    /// Whose consent is needed, for everything but an election.
    Quorums quorums() {
        return quorums;
    }

    /// Whose consent an election needs.
    Quorums electing() {
        return change ? new Quorums(committed, next, heard, rumoured) : quorums;
    }

    /// The newest that is known to be committed, be it ignored here.
    Membership decided() {
        return ignored == null ? committed : ignored;
    }

    Membership committed() {
        return committed;
    }

    /// The one that is not committed yet; null if there is none.
    @Nullable
    Membership next() {
        return next;
    }

    Membership newest() {
        return next == null ? decided() : next;
    }

    /// Whether the committed membership has this server, and gives it no vote, whatever another one will do: see
    /// [Quorums#observes].
    boolean observesUntilNow() {
        Member member = committed.member(self);
        return member != null && !member.participant();
    }

    /// Tells operators if the server follows without a vote, because no membership has it.
    void follows(long sid, long leader) {
        if (quorums.member(sid) == null) {
            out.event(new ZabEvent.WithoutVote(sid, leader));
        }
    }

    /// Tells operators, once, if another server has another list, though it should be the same: an older one is soon
    /// replaced, but where members do not change it stays.
    ///
    /// @param text what it has sent in an election; empty if it does not tell
    void compare(long sid, String text) {
        if (text.isEmpty() || text.equals(lists.get(sid)) || text.equals(committed.text())) {
            return;
        }
        if (lists.size() == LISTS_MAX) {
            lists.clear();
        }
        lists.put(sid, text);
        Membership other = parsed(text);
        if (other != null
                && (!change || other.version() == committed.version())
                && !other.members().keySet().equals(committed.members().keySet())) {
            out.event(new ZabEvent.ListsDiffer(
                    sid,
                    other.members().keySet().toString(),
                    committed.members().keySet().toString()));
        }
    }

    /// The same with what a leader tells when its epoch is entered; null if that is nothing.
    void compareWithLeader(long leader, byte @Nullable [] config) {
        compare(leader, config == null ? "" : new String(config, StandardCharsets.UTF_8));
    }

    private static @Nullable Membership parsed(String text) {
        try {
            return Membership.parse(text);
        } catch (MalformedPacketException _) {
            return null;
        }
    }

    /// A transaction as a leader proposes it.
    ///
    /// @throws MalformedPacketException when nobody can tell what it does, to the members or else
    static LoggedTxn read(long zxid, byte[] entry) {
        LoggedTxn txn = LoggedTxn.read(entry);
        if (txn.header().zxid() != zxid) {
            throw new MalformedPacketException(
                    "it has zxid " + Zxid.text(txn.header().zxid()) + " inside");
        }
        of(txn);
        return txn;
    }

    /// The membership that the transaction brings; null if it is another one.
    private static @Nullable Membership of(LoggedTxn txn) {
        boolean changes = txn.header().type() == OpCode.RECONFIG.number();
        if (!changes || !(txn.txn() instanceof SetDataTxn(var _, byte[] data, int _)) || data == null) {
            return null;
        }
        Membership found = Membership.parse(new String(data, StandardCharsets.UTF_8));
        if (found.version() != txn.header().zxid()) {
            throw new MalformedPacketException(
                    Zxid.text(txn.header().zxid()) + " brings a membership of version " + Zxid.text(found.version()));
        }
        return found;
    }

    /// The log gets a record. If it changes them, whoever proposed it had committed all changes before it.
    void proposed(LoggedTxn txn) {
        Membership found = of(txn);
        if (found != null && change) {
            logged(found);
            tell();
        } else if (found != null && !onTrial) {
            // Records of other epochs may be older than the list: of these, the leader tells what counts.
            ignore(found);
            next = found;
            logged = true;
            tell();
        }
    }

    private void ignore(Membership found) {
        if (differing(found) != null && !found.equals(ignored)) {
            tellIgnored(found);
        }
    }

    private void tellIgnored(Membership found) {
        out.event(new ZabEvent.MembersIgnored(
                found.version(), found.members().keySet().toString()));
    }

    private void logged(Membership membership) {
        if (membership.version() <= committed.version()) {
            return;
        }
        Membership before = next;
        // One that is not in the log may be of an epoch that came to nothing: on trial, nobody has said yet that it is
        // not.
        if (before != null && (logged || !onTrial) && before.version() < membership.version()) {
            commit(before);
        }
        next = membership;
        logged = true;
    }

    /// The log was cut behind `zxid`.
    void truncated(long zxid) {
        if (next != null && logged && next.version() > zxid) {
            next = null;
            tell();
        }
    }

    /// A snapshot of a leader has replaced the tree, which tells what the leader had committed, and the log, which may
    /// have told more. For the rest see [#entered].
    ///
    /// @param entries behind the snapshot
    void installed(DataTree tree, List<Entry> entries, byte @Nullable [] config) {
        if (!change) {
            entered(config);
            return;
        }
        if (logged) {
            next = null;
        }
        commit(shown(tree));
        for (Entry entry : entries) {
            Membership found = of(LoggedTxn.read(entry.bytes()));
            if (found != null) {
                logged(found);
            }
        }
        entered(config);
    }

    private static @Nullable Membership shown(DataTree tree) {
        Znode node = tree.find(Paths.CONFIG);
        byte[] data = node == null ? null : node.data();
        return data == null || data.length == 0 ? null : parsed(new String(data, StandardCharsets.UTF_8));
    }

    private void commit(@Nullable Membership membership) {
        if (membership != null && membership.version() > committed.version()) {
            committed = membership;
            changed = true;
            next = next != null && next.version() > committed.version() ? next : null;
        }
    }

    /// This server enters the epoch of a leader, whose history it has, and learns which is the newest that its leader
    /// knows; or that its leader does not say. Another that is not in the history was lost.
    void entered(byte @Nullable [] config) {
        onTrial = false;
        // As an Apache server has it: what it cannot read it does without.
        Membership told =
                config == null || config.length == 0 ? null : parsed(new String(config, StandardCharsets.UTF_8));
        if (!change) {
            goesOnWithout(told);
            return;
        }
        Membership mine = logged ? next : null;
        if (told != null && told.version() > committed.version() && (mine == null || told.version() > mine.version())) {
            commit(mine);
            next = told;
            logged = false;
        } else {
            next = mine;
        }
        tell();
    }

    /// A list of version 0 is one of files: then no change counts any more.
    private void goesOnWithout(@Nullable Membership told) {
        if (told != null) {
            Membership theirs = told.version() > committed.version() ? differing(told) : null;
            if (theirs != null) {
                ignore(theirs);
            }
            ignored = theirs;
        }
        next = null;
        logged = false;
        tell();
    }

    /// This server is about to enter the epoch that it leads itself. A list that never was confirmed gets a version,
    /// so that it is newer than that of a server which has not been here yet.
    void begins(long epoch) {
        onTrial = false;
        if (change && newest().version() == 0) {
            next = committed.withVersion(Zxid.start(epoch));
            logged = false;
        }
        tell();
    }

    /// A quorum of each membership has entered the epoch with a history up to `zxid`: what was proposed before is
    /// committed with it.
    void established(long epoch, long zxid) {
        standing = epoch;
        commitUpTo(Math.max(zxid, Zxid.start(epoch)));
    }

    /// Records are committed up to `zxid`, and applied.
    void applied(long zxid) {
        if (logged) {
            commitUpTo(zxid);
        }
    }

    private void commitUpTo(long zxid) {
        Membership reached = next;
        if (reached != null && reached.version() <= zxid) {
            if (change) {
                commit(reached);
            } else {
                ignored = differing(reached);
                next = null;
            }
            tell();
        }
    }

    /// Whether there is a new committed membership since the last call.
    boolean takeChanged() {
        boolean was = changed;
        changed = false;
        return was;
    }

    /// Another server has said in an election which membership it knows to be committed.
    ///
    /// @return whose consent the election needs now
    Quorums heard(Membership membership) {
        Membership mine = next;
        // Who has a vote by its own membership keeps to that, unless others say that it is to have one again.
        boolean stranger =
                committed.version() == 0 || !committed.isVoter(self) || rumoured != null && rumoured.isVoter(self);
        if (change && mine != null && membership.equals(mine)) {
            commitUpTo(mine.version());
        } else if (change) {
            // Servers that know less go on telling it: to listen to each in turn would begin the election anew each
            // time.
            long known = Math.max(newest().version(), heard == null ? 0 : heard.version());
            if (membership.version() > known && (stranger || membership.member(self) != null)) {
                heard = membership;
                tell();
            }
        }
        return electing();
    }

    /// Another server has said in an election which membership it has in its log, and does not know to be committed.
    /// Of those that may still become something this server has missed the record, since its log ends before it.
    ///
    /// @param epoch that the other is in
    /// @param mine in which this server is
    /// @param end of the log here
    /// @return who may vote in the election now, among others
    Quorums rumoured(Membership membership, long epoch, long mine, long end) {
        long known = electing().newest().version();
        if (change && membership.version() > Math.max(known, end) && epoch >= mine) {
            rumoured = membership;
            tell();
        }
        return electing();
    }

    /// An election is over.
    void forgetHeard() {
        heard = null;
        rumoured = null;
    }

    /// A role begins, in which what comes in does not count yet.
    void onTrial() {
        onTrial = true;
        standing = 0;
    }

    /// The role has ended.
    void settled() {
        onTrial = false;
        tell();
    }

    private void tell() {
        Quorums before = quorums;
        quorums = present();
        if (!onTrial && (change || !quorums.equals(before))) {
            out.members(electing());
        }
    }
}
