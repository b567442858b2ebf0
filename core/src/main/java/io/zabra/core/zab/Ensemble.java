// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import io.zabra.core.base.Now;
import io.zabra.core.election.Election;
import io.zabra.core.election.ElectionTiming;
import io.zabra.core.election.Vote;
import io.zabra.core.feed.PeerLink;
import io.zabra.core.log.Epochs;
import io.zabra.core.log.History;
import io.zabra.core.log.Proposals;
import io.zabra.core.log.Zxid;
import io.zabra.core.quorum.Membership;
import io.zabra.core.quorum.Quorums;
import io.zabra.wire.quorum.Notification;
import io.zabra.wire.quorum.PeerState;
import org.jspecify.annotations.Nullable;

/// This server's part in an ensemble (Apache: QuorumPeer): looks for a leader, leads or follows, and looks again when
/// that is over. Owned by the node.
///
/// The history outlives the roles; a role ends by being dropped. The next one begins when the disk has done all that
/// was asked of it before, so that nothing of an old role can come true in a new one.
public final class Ensemble implements Election.Out {

    /// What is known when the process starts.
    ///
    /// @param sid this server's id
    /// @param membership the committed one, as far as files tell
    /// @param lastNumber of an epoch: behind it, its leader makes way for another epoch
    public record Config(
            long sid, Membership membership, Changes changes, Timing timing, ElectionTiming election, long lastNumber) {

        /// As many as there are before they are used up, less what may be under way then.
        public static final long LAST_NUMBER = Zxid.COUNTER_MAX - 0xFFFF;

        public Config(long sid, Membership membership, Changes changes, Timing timing, ElectionTiming election) {
            this(sid, membership, changes, timing, election, LAST_NUMBER);
        }

        /// Members that never change.
        public Config(long sid, Membership membership, Timing timing, ElectionTiming election) {
            this(sid, membership, Changes.NONE, timing, election);
        }
    }

    /// How the members may change.
    ///
    /// @param enabled whether they may (`reconfigEnabled`)
    /// @param votersMin how many voters must be left
    /// @param next a membership that was proposed and may not be committed; null if there is none
    public record Changes(
            boolean enabled, int votersMin, @Nullable Membership next) {

        /// They may not.
        public static final Changes NONE = new Changes(false, 1, null);
    }

    private static final long NEVER = Long.MAX_VALUE;

    /// How often operators are told that there is no leader.
    private static final long STORY_MS = 60_000;

    /// For how long a leader whose disk is full keeps the lead at least.
    private static final long FULL_DISK_MS = 30_000;

    /// How often an observer that waits before it tries a leader again, which it has refused, asks who leads. Nobody
    /// tells it by himself.
    private static final long ASK_MS = 1_000;

    private final Config config;
    private final History history;
    private final Replica replica;
    private final PeerEffects out;
    private final Election election;
    private final Members members;
    /// What the disk has.
    private Epochs durable;
    /// Whether the disk still has to answer to a role that is over.
    private boolean diskOwes;
    private boolean wantsToLook = true;
    private boolean decided;
    private long looksSinceMs = NEVER;
    /// When operators are told that there is no leader.
    private long storyAtMs = NEVER;
    private boolean readOnly;
    /// Who leads next, without an election, and the change of members that named it; null if nobody is named.
    private @Nullable Vote appointed;
    private @Nullable Role role;
    /// Whom this server proposes in place of itself when it looks next.
    private @Nullable Vote heir;
    private boolean looksAway;
    /// In whose favour this server has stopped to lead.
    private @Nullable Vote favoured;
    /// When it asks next who leads.
    private long askAtMs = NEVER;
    /// Learners could not connect to this server.
    private boolean barred;
    /// The tree has not come yet to where the members were decided on.
    private boolean unshown;
    private int failures;
    private Misgivings.Past found = Misgivings.Past.NONE;
    /// The epoch of which operators were told that it is later than the leader's.
    private long laterTold;
    private long told = Role.NONE;
    /// The last record that outlives the role before.
    private long keep = Long.MAX_VALUE;
    /// What the disk was told to be committed: a process that starts again can apply it at once.
    private long hinted;

    public Ensemble(Config config, History history, Epochs epochs, Replica replica, PeerEffects out) {
        this.config = config;
        this.history = history;
        this.durable = epochs;
        this.replica = replica;
        this.out = out;
        this.members = new Members(config, replica.tree(), history, out);
        this.election = new Election(config.sid(), members.quorums(), config.election());
    }

    /// Takes what has happened between members.
    public void take(PeerInput input, Now now) {
        switch (input) {
            case PeerInput.Heard(long from, Notification notification) -> {
                if (notification.state() == PeerState.LOOKING && notification.leader() == from) {
                    members.heard(from, notification.peerEpoch());
                }
                members.compare(from, notification.config());
                election.heard(from, notification, now, this);
                defer(notification);
                if (askAtMs != NEVER && role != null && told == Role.NONE && leadsLater(from, notification)) {
                    end(role, now);
                    failures = 0;
                }
                boolean later = notification.electionEpoch() > election.round();
                if (later
                        && notification.state() == PeerState.LOOKING
                        && from == election.vote().leader()) {
                    toRole(input, now);
                }
            }
            case PeerInput.Unreachable(long sid) -> {
                election.unreachable(sid, now, this);
                if (role instanceof Learner) {
                    toRole(input, now);
                }
            }
            case PeerInput.Reachable(long sid) -> election.reachable(sid, now, this);
            case PeerInput.HandOver() -> {
                if (role instanceof Leader leading) {
                    handOver(leading, now);
                }
            }
            case PeerInput.QuorumPort(boolean taken) -> {
                barred = taken;
                // Who has voted for another must not take that back without need: that one may lead by this vote.
                wantsToLook |= role == null && !looksAway;
                toRole(input, now);
            }
            case PeerInput.EpochsDurable(Epochs epochs) -> {
                durable = epochs;
                history.installed();
                diskOwes = false;
                toRole(input, now);
            }
            case PeerInput.LearnerConnected(PeerLink link) -> toRoleOrClose(link, input, now);
            case PeerInput.LeaderConnected(PeerLink link) -> toRoleOrClose(link, input, now);
            case PeerInput.Received _,
                    PeerInput.Disconnected _,
                    PeerInput.LeaderUnreachable _,
                    PeerInput.SnapshotReceived _,
                    PeerInput.LogRead _ -> toRole(input, now);
        }
    }

    /// The disk has the log up to `zxid`.
    public void durable(long zxid, Now now) {
        history.durable(zxid);
        if (role != null) {
            role.durable(now);
        }
    }

    /// Time has passed.
    public void tick(Now now) {
        election.tick(now, this);
        if (now.monotonicMs() >= askAtMs && told == Role.NONE) {
            askAtMs = now.monotonicMs() + ASK_MS;
            election.ask(this);
        }
        if (role != null) {
            role.tick(now);
        } else if (looksSinceMs != NEVER && !decided && now.monotonicMs() >= storyAtMs) {
            storyAtMs = now.monotonicMs() + STORY_MS;
            out.event(new ZabEvent.StillLooking(looksForMs(now), election.story()));
        }
    }

    /// When [#tick] will have something to do that should not wait for the next regular one, in milliseconds of the
    /// monotonic clock; `Long.MAX_VALUE` if there is nothing.
    public long wakeAtMs() {
        return Math.min(election.wakeAtMs(), role == null ? Long.MAX_VALUE : role.wakeAtMs());
    }

    /// Learns that the disk has so little space left that nothing more should be logged, and no session is ended.
    /// Another leader may have more; whoever takes over from one that has as little keeps the lead for a while.
    public void diskIsFull(Now now) {
        Learners served = learners();
        if (served != null && role instanceof Leader leading && now.monotonicMs() - served.sinceMs() >= FULL_DISK_MS) {
            handOver(leading, now);
        }
    }

    private void handOver(Leader leading, Now now) {
        if (leading.handOver(now)) {
            replica.retire(now.monotonicMs(), now);
            out.event(ZabEvent.HandsOver.to(leading.heir()));
        }
    }

    /// Draws the conclusions of a step: sends what is due, and changes the role if it has to change.
    public void flush(Now now) {
        if (role != null) {
            role.flush(now);
            announce(role, now);
            members.applied(history.applied());
            changed(role, now);
            if (role.over() != null) {
                end(role, now);
            }
        }
        if (history.applied() > hinted) {
            hinted = history.applied();
            out.committed(hinted);
        }
        if (wantsToLook && history.settled() && !diskOwes) {
            wantsToLook = false;
            looksSinceMs = now.monotonicMs();
            storyAtMs = looksSinceMs + config.timing().initMs();
            if (keep < history.lastAppended()) {
                members.truncated(keep);
                members.settled();
                history.truncate(keep, out);
            } else {
                members.settled();
            }
            look(now);
        }
        if (role == null) {
            changed(null, now);
        }
        if (decided) {
            decided = false;
            members.forgetHeard();
            members.onTrial();
            begin(now);
        }
    }

    /// Whether this server is new, or has lost its disk: what it has says nothing.
    public boolean hasNothing() {
        return history.lost() || durable.accepted() == 0 && history.lastDurable() == 0;
    }

    /// Whether this server is about to lead no longer, and no other has been found yet.
    public boolean handsOver() {
        return role instanceof Leader leading ? leading.heir() != null : heir != null || looksAway;
    }

    /// For how many milliseconds it has been looking for a leader; negative if it is not.
    public long looksForMs(Now now) {
        return looksSinceMs == NEVER ? -1 : now.monotonicMs() - looksSinceMs;
    }

    /// Learns that clients are served that want to read only, until there is a leader.
    public void servesReadOnly() {
        readOnly = true;
        out.event(new ZabEvent.ReadOnly());
    }

    /// Whether clients are served that want to read only, for want of a leader.
    public boolean isReadOnly() {
        return readOnly;
    }

    private void look(Now now) {
        Vote named = appointed;
        appointed = null;
        if (named != null) {
            election.appoint(named.leader(), named.zxid());
            decided = true;
            return;
        }
        out.event(new ZabEvent.Looking(durable.current(), history.lastDurable()));
        // Who cannot lead must not vote for itself, and not for less than it has ([#defer]).
        long end = history.lost() || barred ? Vote.ZXID_UNKNOWN : history.lastDurable();
        Vote own = new Vote(config.sid(), end, durable.current());
        Vote other = heir;
        heir = null;
        if (other == null) {
            election.look(own, hasNothing(), members.electing(), now, this);
        } else {
            looksAway = true;
            election.lookAway(own, other, members.electing(), now, this);
        }
    }

    /// Who cannot lead votes for the first that is proposed by others and has at least what is here.
    private void defer(Notification heard) {
        long sid = heard.leader();
        if (!barred || role != null || looksAway || decided || hasNothing()) {
            return;
        }
        Vote said = new Vote(sid, heard.zxid(), heard.peerEpoch());
        boolean enough = said.compareTo(new Vote(sid, history.lastDurable(), durable.current())) >= 0;
        if (enough
                && heard.state() == PeerState.LOOKING
                && sid != config.sid()
                && members.electing().isVoter(sid)
                && members.electing().asked().mayLead(sid)) {
            heir = said;
            wantsToLook = true;
        }
    }

    /// Whether another one leads than was elected here, since then.
    private boolean leadsLater(long from, Notification heard) {
        Vote elected = election.vote();
        return heard.state() == PeerState.LEADING
                && heard.leader() == from
                && members.quorums().isVoter(from)
                && from != elected.leader()
                && heard.peerEpoch() > elected.peerEpoch();
    }

    /// There are new members: who leads or follows by the old ones has to see whether it still does.
    private void changed(@Nullable Role present, Now now) {
        if (!members.takeChanged()) {
            if (unshown) {
                showMembers(now);
            }
            return;
        }
        Membership committed = members.committed();
        showMembers(now);
        out.event(new ZabEvent.MembersChanged(
                committed.version(), committed.text().replace('\n', ' ')));
        if (present != null) {
            election.membership(members.quorums(), now, this);
            present.membersChanged(now);
        }
    }

    /// Shows the members to those who look at the tree, once it has come to where they were decided on: clients must
    /// not see of later than what they are served.
    public void showMembers(Now now) {
        // A version may be the beginning of an epoch, which is no record.
        unshown = history.applied() < Math.min(members.committed().version(), history.lastAppended());
        if (!unshown) {
            replica.show(members.committed(), now);
        }
    }

    public PeerState state() {
        return election.state();
    }

    /// What the disk has.
    public Epochs epochs() {
        return durable;
    }

    /// Whether clients are served.
    public boolean serves() {
        return role != null && role.served() != Role.NONE;
    }

    /// Who leads, or is about to; this server itself while it looks for a leader.
    public long leader() {
        return election.vote().leader();
    }

    /// The members.
    public Membership members() {
        return members.committed();
    }

    /// Who is connected to a leader that serves, to look at.
    ///
    /// @param connected all learners, up to date or not
    /// @param synced those that are up to date
    /// @param pendingSyncs requests `sync` that are not answered
    /// @param sinceMs when it began to serve, in milliseconds of the monotonic clock
    /// @param sizes of what it has proposed
    public record Learners(int connected, Synced synced, int pendingSyncs, long sinceMs, Proposals.Sizes sizes) {}

    /// Learners that are up to date.
    ///
    /// @param followers those that are no observers
    /// @param withoutVote those of them that the list of the members does not have
    public record Synced(int followers, int withoutVote, int observers) {}

    /// Who is connected to this server, to look at; null if it does not lead, or does not serve yet.
    public @Nullable Learners learners() {
        return role instanceof Leader leading && leading.served() != Role.NONE ? leading.learners() : null;
    }

    /// How many observers learn from this server while it follows.
    public int guests() {
        return role instanceof Learner learner ? learner.observers() : 0;
    }

    /// Begins anew with the sizes of proposals, if it leads.
    public void forgetSizes() {
        if (role instanceof Leader leading && leading.served() != Role.NONE) {
            leading.proposals().forgetSizes();
        }
    }

    private void toRole(PeerInput input, Now now) {
        if (role != null) {
            role.take(input, now);
        }
    }

    private void toRoleOrClose(PeerLink link, PeerInput input, Now now) {
        if (role == null) {
            link.close();
        } else {
            role.take(input, now);
        }
    }

    private void announce(Role present, Now now) {
        if (present.served() != told && present.served() != Role.NONE) {
            told = present.served();
            showMembers(now);
            election.established(told);
            if (favoured != null && favoured.leader() != leader()) {
                out.event(new ZabEvent.HandOverFailed(favoured.leader(), leader()));
            }
            favoured = null;
        }
    }

    private void begin(Now now) {
        looksSinceMs = NEVER;
        looksAway = false;
        if (readOnly) {
            readOnly = false;
            replica.retire(now.monotonicMs(), now);
        }
        out.event(new ZabEvent.Elected(election.vote().leader()));
        if (election.state() == PeerState.LEADING) {
            Leader leader = new Leader(members, history, durable, config.timing(), replica, out);
            leader.lastNumber(config.lastNumber());
            leader.unreachable(election::isUnreachable);
            role = leader;
            leader.begin(now);
        } else {
            boolean observer = election.state() == PeerState.OBSERVING;
            Vote elected = election.vote();
            boolean was = elected.peerEpoch() >= 0 && elected.peerEpoch() < durable.current();
            if (was && !observer && durable.current() != laterTold) {
                laterTold = durable.current();
                out.event(new ZabEvent.LaterEpoch(elected.leader(), elected.peerEpoch(), durable.current()));
            }
            boolean leaderIsNew = elected.peerEpoch() == 0 && elected.zxid() == 0;
            var self = new Learner.Self(config.sid(), observer, members, leaderIsNew);
            Learner learner = new Learner(self, elected.leader(), history, durable, config.timing(), replica, out);
            role = learner;
            boolean refused = found.leader() == elected.leader() && found.refusals() > 1;
            askAtMs = observer && refused ? now.monotonicMs() + ASK_MS : NEVER;
            learner.begin(now, failures, found);
        }
    }

    private void end(Role present, Now now) {
        present.end();
        appointed = present.successor();
        diskOwes = present.awaitsDisk();
        keep = present.keeps();
        heir = present instanceof Leader leading ? leading.heir() : null;
        favoured = heir == null ? favoured : heir;
        askAtMs = NEVER;
        failures = present instanceof Learner && told == Role.NONE ? failures + 1 : 0;
        found = present instanceof Learner learner && told == Role.NONE ? learner.found() : Misgivings.Past.NONE;
        role = null;
        told = Role.NONE;
        election.leave();
        replica.retire(present.inTouchMs(), now);
        history.disown();
        wantsToLook = true;
    }

    @Override
    public void send(long to, Notification notification) {
        out.elect(to, notification);
    }

    @Override
    public void decided(Vote vote) {
        decided = true;
    }

    @Override
    public Quorums newerMembership(Membership membership) {
        return members.heard(membership);
    }

    @Override
    public Quorums proposedMembership(Membership membership, long epoch) {
        return members.rumoured(membership, epoch, durable.current(), history.lastDurable());
    }

    @Override
    public void deserted(long voter) {
        if (role instanceof Leader leader) {
            leader.deserted(voter);
        }
    }
}
