// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.ensemble;

import io.zabra.core.base.Prng;
import io.zabra.core.quorum.Membership;
import io.zabra.simulator.check.Rule;
import io.zabra.simulator.check.Rules;
import io.zabra.simulator.history.History;
import io.zabra.simulator.history.Linearizability;
import io.zabra.simulator.history.Verdict;
import io.zabra.simulator.links.VotingLinks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What must come true once nothing is wrong any more, without a restart of anybody.
final class Health {

    private static final long MS = Surroundings.MS;
    private static final long SECOND = 1_000 * MS;
    /// By then the last pause is over, and every connection to a process that is gone has broken.
    private static final long CALM_NS = 6 * SECOND;
    /// How long a healthy ensemble may be without a leader.
    private static final long LEADER_NS = 3 * SECOND;
    /// How long a healthy ensemble may take until everybody serves.
    private static final long RECOVERY_NS = 12 * SECOND;
    /// How long it may take until another one leads when a leader is told to let it.
    private static final long HAND_OVER_NS = 4 * SECOND;
    /// How often, and how soon after it was told to let another one lead, a leader is killed.
    private static final int HEIRS_KILLED = 6;
    static final int HEIR_MS_MAX = 300;
    /// How long it may take until another one leads; `initLimit` is ten ticks here.
    private static final long GONE_TICKS = 5;
    private static final long ELECTION_NS = SECOND / 2;
    /// By then each session has ended of which nothing is heard, even if the leader has changed meanwhile.
    private static final long SILENCE_NS = 60 * SECOND;
    /// How long a client may wait for its next answer when all but one learner are well.
    private static final long PROMPT_NS = 500 * MS;
    /// How long one stands still: longer than its leader waits for it.
    private static final long STANDSTILL_NS = 4 * SECOND;
    /// How long the disk of a leader stands still: it gives up to lead after `syncLimit`, and then waits for its disk.
    private static final long DISK_NS = 15 * SECOND;
    /// How long clients may happen to ask for no write.
    private static final int READS_SECONDS_MAX = 20;

    /// Operations of each znode of which an order is searched for.
    private static final int SEARCHED_MAX = 100;

    private final Surroundings world;
    private final Rules rules;
    private final Prng random;
    private final List<Visitor> visitors;

    /// @param visitors the clients, of whom it has no more than a list
    Health(Surroundings world, Prng random, List<Visitor> visitors) {
        this.world = world;
        this.rules = world.rules();
        this.random = random;
        this.visitors = visitors;
    }

    /// Waits until everybody serves, and looks at how they do.
    void check() {
        world.advance(CALM_NS);
        if (recover()) {
            checkHealth();
        }
        checkHistory();
    }

    /// An order of all that clients were told is searched for, without any belief in zxids.
    private void checkHistory() {
        Verdict verdict = Linearizability.check(new History(world.history(), List.of()), SEARCHED_MAX);
        rules.check(Rule.C1, verdict.complaints().isEmpty(), () -> String.valueOf(verdict.complaints()));
        world.count("order searched", verdict.count("operation"));
        world.count("order not found in time", verdict.count("given up"));
    }

    /// @return false if nobody can lead, and that is right
    private boolean recover() {
        long untilNs = world.time().nowNs() + RECOVERY_NS;
        long ledNs = world.time().nowNs();
        while (true) {
            long nowNs = world.time().nowNs();
            ledNs = isLed() ? nowNs : ledNs;
            boolean late = nowNs - ledNs > LEADER_NS;
            if (late && world.isUndecidable()) {
                world.count("change that nobody can decide");
                return false;
            }
            rules.check(Rule.V1, !late, () -> "nobody leads although nothing is wrong: " + state());
            if (settled()) {
                return true;
            }
            world.rules().check(Rule.V4, nowNs < untilNs, () -> "not all serve although nothing is wrong: " + state());
            world.advance(SECOND / 5);
        }
    }

    /// One learner is slow, or stands still: others must not notice.
    private void checkLaggard() {
        if (leader() == null) {
            // The epoch has ended at this moment, and the next leader is no learner.
            recover();
        }
        List<SimMember> learners =
                world.standing().stream().filter(each -> !each.leading()).toList();
        if (learners.isEmpty()) {
            return;
        }
        SimMember laggard = learners.get(random.below(learners.size()));
        if (!world.memberships().current().isQuorum(sid -> sid != laggard.sid())) {
            return;
        }
        // Who learns from it is as slow.
        List<SimMember> avoided = world.members().values().stream()
                .filter(each -> each == laggard || each.links().learnsFrom(laggard))
                .toList();
        visitors.forEach(each -> each.avoid(avoided));
        long usedUp = world.promises().usedUp();
        long searches = world.promises().searches(avoided);
        switch (random.below(3)) {
            case 0 -> slow(laggard);
            case 1 -> {
                world.count("learner stands still");
                laggard.pause(STANDSTILL_NS);
                world.advance(STANDSTILL_NS);
            }
            default -> {
                world.count("learner cut off");
                block(laggard);
            }
        }
        long waitedNs =
                visitors.stream().mapToLong(Visitor::longestWaitNs).max().orElse(0);
        rules.check(
                Rule.V6,
                waitedNs <= PROMPT_NS || world.promises().usedUp() != usedUp,
                () -> "a client waited for " + waitedNs / MS + " ms because of " + laggard);
        rules.check(
                Rule.V2,
                areContent(avoided, searches, usedUp),
                () -> "others than " + laggard + " look for a leader, because it lags");
        recover();
    }

    /// Whether nobody but those has looked for a leader. Where an epoch ends, each member looks once, or twice if it
    /// finds the elected one before that has opened its port; one may have ended just before.
    private boolean areContent(List<SimMember> except, long searches, long usedUp) {
        Promises promises = world.promises();
        long ends = world.customs().lastNumber() == 0 ? 0 : promises.usedUp() - usedUp + 1;
        return promises.searches(except) - searches
                <= 2 * ends * world.standing().size();
    }

    /// Its disk is slow, though not so slow that its leader gives it up.
    private void slow(SimMember laggard) {
        world.count("slow learner");
        long searches = world.promises().searches(List.of());
        long usedUp = world.promises().usedUp();
        laggard.slowDisk(world.timing().syncMs() * MS / 4);
        world.advance(2 * SECOND);
        laggard.slowDisk(2 * MS);
        rules.check(
                Rule.V2,
                areContent(List.of(), searches, usedUp),
                () -> "a leader is looked for because the disk of " + laggard + " is slow");
    }

    /// Its connections stand, but nothing comes through.
    private void block(SimMember laggard) {
        List<SimMember> others = world.members().values().stream()
                .filter(each -> each != laggard)
                .toList();
        for (SimMember other : others) {
            world.network().cut(laggard, other);
            world.network().cut(other, laggard);
        }
        world.advance(STANDSTILL_NS);
        others.forEach(other -> world.network().heal(laggard, other));
    }

    /// A leader is cut off, and does not learn that another one leads: who asks it for what is new must not be told
    /// what is old by then (C4). Nobody asks it for a write, which would keep such questions waiting.
    private void checkDeposed() {
        SimMember leader = leader();
        if (leader == null || !world.canSpare(leader)) {
            return;
        }
        Visitor looker = new Visitor(world, random.fork()).lookingAt(leader);
        looker.start();
        world.advance(SECOND);
        visitors.forEach(each -> each.avoid(List.of(leader)));
        visitors.forEach(Visitor::excuse);
        world.advance(SECOND / 2);
        // Its epoch may have ended meanwhile.
        if (leader.leads()) {
            world.count("leader cut off");
            block(leader);
        }
        looker.stop();
        recover();
        visitors.forEach(each -> each.avoid(List.of()));
        visitors.forEach(Visitor::stay);
    }

    /// The disk of a leader stands still. Who is left needs neither that leader nor its word to have another one.
    private void checkStandstill() {
        SimMember leader = leader();
        if (leader == null || !world.canSpare(leader)) {
            return;
        }
        visitors.forEach(Visitor::excuse);
        leader.stopDisk(DISK_NS);
        long untilNs = world.time().nowNs() + DISK_NS;
        for (long ledNs = world.time().nowNs(); world.time().nowNs() < untilNs; world.advance(SECOND / 5)) {
            ledNs = isLed() ? world.time().nowNs() : ledNs;
            long withoutNs = world.time().nowNs() - ledNs;
            rules.check(
                    Rule.V1,
                    withoutNs <= LEADER_NS,
                    () -> "nobody leads in place of " + leader + ", whose disk stands still:" + state());
        }
        world.count(leader.leads() ? "leader without writes" : "leader gave up");
        recover();
        visitors.forEach(Visitor::stay);
    }

    /// A leader that is told to lets another one lead, and soon.
    private void checkHandOver() {
        SimMember leader = leader();
        if (leader == null) {
            // The epoch has ended at this moment: the next one begins soon (V7).
            recover();
            return;
        }
        Membership members = world.memberships().current();
        boolean others = members.voters().stream().anyMatch(sid -> sid != leader.sid() && members.weight(sid) > 0);
        long usedUp = world.promises().usedUp();
        leader.handOver();
        long untilNs = world.time().nowNs() + HAND_OVER_NS;
        do {
            world.advance(SECOND / 5);
        } while (world.time().nowNs() < untilNs && (!isLed() || leader.leads() == others));
        rules.check(
                Rule.V1,
                isLed() && leader.leads() != others || world.promises().usedUp() != usedUp,
                () -> leader + " has handed over, and nobody leads in its place: " + state());
        // Who was about to lead as well may take longer to find out that it does not.
        recover();
    }

    /// A leader lets another one lead, which is told the same at once, and is killed on the way. Of those who are left
    /// somebody leads soon.
    private void checkHeirKilled() {
        SimMember leader = leader();
        if (leader == null) {
            recover();
            return;
        }
        leader.handOver();
        long untilNs = world.time().nowNs() + HAND_OVER_NS;
        do {
            world.advance(MS);
        } while (world.time().nowNs() < untilNs && (leader() == null || leader() == leader));
        SimMember heir = leader();
        if (heir != null && heir != leader && world.canSpare(heir)) {
            heir.handOver();
            world.advance(random.below(HEIR_MS_MAX) * MS);
            world.count("heir killed");
            checkGone(heir);
        }
        recover();
    }

    /// A process ends, and those that are left hear of it. What remains of the time is a tick of grace for those who
    /// may be back, the waits of elections, and what it takes to reach the elected one. Of a machine that is gone
    /// without a word, others may take `initLimit` to notice, if it was about to bring them up to date.
    private void checkGone(SimMember gone) {
        long usedUp = world.promises().usedUp();
        long withoutNs = GONE_TICKS * world.timing().tickMs() * MS + ELECTION_NS;
        VotingLinks votes = gone.votes();
        if (votes != null) {
            votes.hangUp();
        }
        gone.links().hangUp();
        gone.die(false, withoutNs / MS + 1);
        long untilNs = world.time().nowNs() + withoutNs;
        while (!isLed() && world.time().nowNs() < untilNs) {
            world.advance(SECOND / 100);
        }
        // Where nobody hears of the ends of election connections, the dead one's vote is waited for.
        rules.check(
                Rule.V8,
                isLed() || votes == null || world.promises().usedUp() != usedUp,
                () -> gone + " was to hand over, and was killed, and nobody leads in its place: " + state());
    }

    private @Nullable SimMember leader() {
        return world.standing().stream().filter(SimMember::leads).findFirst().orElse(null);
    }

    private boolean isLed() {
        return world.standing().stream().anyMatch(SimMember::leads);
    }

    private boolean settled() {
        long leaders =
                world.members().values().stream().filter(SimMember::leads).count();
        return leaders == 1
                && world.standing().stream()
                        .allMatch(each -> each.up() && each.ensemble().serves());
    }

    /// Whether all have applied the same.
    private boolean level() {
        return world.standing().stream()
                .allMatch(each ->
                        each.node().history().applied() >= world.witness().last());
    }

    /// Sessions may be expiring at this very moment.
    private void awaitLevel() {
        for (int i = 0; i < 20 && !level(); i++) {
            world.advance(SECOND / 7);
        }
    }

    private String state() {
        StringBuilder text = new StringBuilder();
        for (SimMember each : world.members().values()) {
            text.append(" [").append(each.sid()).append(": ");
            text.append(each.up() ? each.ensemble().state() + (each.ensemble().serves() ? " serves" : "") : "down");
            text.append(", ").append(each.shelf());
            text.append(world.isMember(each) ? ", member by " : ", no member by ");
            text.append(each.roster().known()).append(']');
        }
        return text + " of " + world.memberships().current();
    }

    /// Sessions of which nothing is heard have ended in time; false if there are none, as far as can be told now.
    private boolean checkSessions(long sinceNs) {
        return !isLed() || world.ledger().lifetimes().checkOver(sinceNs);
    }

    /// No client says anything any more: all sessions end.
    private void awaitSilence(long sinceNs) {
        long untilNs = world.time().nowNs() + SILENCE_NS;
        while (checkSessions(sinceNs) && world.time().nowNs() < untilNs) {
            world.advance(SECOND);
        }
        world.advance(SECOND);
    }

    /// How many writes were answered.
    private long done() {
        return visitors.stream().mapToLong(Visitor::writes).sum();
    }

    /// In health the service must serve: writes succeed, nobody looks for a leader again, all trees are the same.
    private void checkHealth() {
        Promises promises = world.promises();
        promises.healthy();
        long searches = promises.searches(List.of());
        long usedUp = promises.usedUp();
        visitors.forEach(Visitor::stay);
        long sinceNs = world.time().nowNs();
        Visitor late = new Visitor(world, random.fork());
        visitors.add(late);
        late.start();
        long writes = done();
        world.advance(4 * SECOND);
        // Where there are only one or two clients, they may do nothing but read for a while.
        for (int i = 0; i < READS_SECONDS_MAX && done() == writes; i++) {
            world.advance(SECOND);
        }
        world.rules().check(Rule.V3, done() > writes, () -> "no write is answered although nothing is wrong");
        checkSessions(sinceNs);
        rules.check(
                Rule.V2,
                areContent(List.of(), searches, usedUp),
                () -> "a leader is looked for although nothing is wrong");
        checkLaggard();
        for (int i = 0; i < HEIRS_KILLED && world.customs().handsOver(); i++) {
            checkHeirKilled();
        }
        checkDeposed();
        checkStandstill();
        // What was said to a learner that stood still is known only now.
        sinceNs = world.time().nowNs();
        if (world.customs().handsOver()) {
            checkHandOver();
        }
        visitors.forEach(Visitor::stop);
        world.advance(5 * SECOND);
        awaitLevel();
        promises.checkRollOver();
        awaitSilence(sinceNs);
        awaitLevel();
        rules.check(
                Rule.V3,
                visitors.stream().noneMatch(Visitor::waits),
                () -> "a client is not answered although nothing is wrong");
        world.count(
                "unknown outcome", visitors.stream().mapToLong(Visitor::unknown).sum());
        for (SimMember each : world.standing()) {
            rules.check(
                    Rule.V4,
                    each.node().history().applied() >= world.witness().last(),
                    () -> each + " lags although nothing is wrong:" + state());
            world.ledger().compare(each);
        }
    }
}
