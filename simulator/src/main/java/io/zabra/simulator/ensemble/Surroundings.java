// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.ensemble;

import io.zabra.core.base.NodeConfig;
import io.zabra.core.base.Prng;
import io.zabra.core.quorum.Membership;
import io.zabra.core.tree.TreeOptions;
import io.zabra.core.zab.Timing;
import io.zabra.simulator.check.Rules;
import io.zabra.simulator.history.Entry;
import io.zabra.simulator.members.Memberships;
import io.zabra.simulator.world.Timeline;
import io.zabra.simulator.world.Trace;
import io.zabra.wire.client.MultiRequest;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.Request;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What everything in the life of one ensemble shares.
final class Surroundings {

    static final long MS = 1_000_000L;
    /// Behind this, what is not answered has got lost.
    private static final long ASKED_NS_MAX = 8_000 * MS;

    private final Timeline time = new Timeline();
    private final Trace trace = new Trace();
    private final Map<String, long[]> tally = new HashMap<>();
    private final SortedMap<Long, SimMember> members = new TreeMap<>();
    private final Prng random;
    private final Membership membership;
    private final Customs customs;
    private final Timing timing;
    private final Rules rules = new Rules();
    private final Memberships memberships;
    private final Ledger ledger;
    private final boolean extendedTypes;
    private final boolean mixed;
    private final boolean recorded;
    private final List<Entry> history = new ArrayList<>();
    private final Map<OpCode, Map<Integer, String>> names = new EnumMap<>(OpCode.class);
    private final Witness witness = new Witness(this);
    private final Promises promises = new Promises(this);
    private final SimNetwork network;
    private final Planted planted;
    private final Interference interference = new Interference(this);
    private final List<String> story = new ArrayList<>();
    private boolean verbose;
    private boolean calm;
    private long askedNs = -ASKED_NS_MAX;

    /// What is the custom in this life.
    ///
    /// @param changes whether members come and go
    /// @param handsOver whether leaders are told to let others lead
    /// @param reads how fresh they are
    /// @param masters how followers serve observers; null if leaders do
    /// @param links what the network layer of the members is like
    /// @param clients what clients and their sessions are like
    /// @param lastNumber of an epoch; 0 for the product's own
    record Customs(
            boolean changes,
            boolean handsOver,
            NodeConfig.Reads reads,
            @Nullable Masters masters,
            Links links,
            Clients clients,
            long lastNumber) {}

    /// What clients and their sessions are like.
    ///
    /// @param countAnew whether clients number their requests from 1 on each connection
    /// @param local whether sessions are known to one member only
    /// @param upgraded whether they are made known to all where they have to be
    record Clients(boolean countAnew, boolean local, boolean upgraded) {}

    /// What the network layer of the members is like.
    ///
    /// @param votes whether votes go over connections, whose ends are noticed; if not, each goes on its own
    /// @param ports whether somebody else may have the port of a leader when it is to be opened
    record Links(boolean votes, boolean ports) {}

    /// How followers serve observers in place of the leader.
    ///
    /// @param pauseMsMax how long an observer waits when it has tried all of them
    /// @param unsentBytesMax what may be under way to one observer
    record Masters(int pauseMsMax, int unsentBytesMax) {}

    /// @param planted the fault that was put in on purpose
    Surroundings(Prng random, Membership membership, Customs customs, Timing timing, Planted planted) {
        this.random = random;
        this.membership = membership;
        this.customs = customs;
        this.memberships = new Memberships(membership, rules);
        this.timing = timing;
        this.planted = planted;
        this.extendedTypes = random.chance(85);
        this.mixed = random.chance(30);
        this.recorded = random.chance(10);
        this.network = new SimNetwork(this, random.fork());
        this.ledger = new Ledger(this);
    }

    Timeline time() {
        return time;
    }

    Trace trace() {
        return trace;
    }

    /// Keeps lines for people; costs time.
    void verbose() {
        verbose = true;
        trace.verbose();
    }

    /// Notes something that changes the course of this life.
    void tell(String what, Object details) {
        trace.add(time.nowNs(), what, details);
        if (verbose) {
            story.add(String.format("%12.6f %s %s", time.nowNs() / 1e9, what, details));
        }
    }

    /// The course of this life, and then the last things that happened.
    List<String> lines() {
        List<String> lines = new ArrayList<>(story);
        lines.add("");
        lines.addAll(trace.lines());
        return lines;
    }

    /// Lets time pass.
    void advance(long ns) {
        long untilNs = time.nowNs() + ns;
        while (time.next(untilNs)) {
            // Everything happens in there.
        }
    }

    /// No more faults from now on.
    void calm() {
        calm = true;
        tell("calm", "");
    }

    boolean isCalm() {
        return calm;
    }

    /// Does something later, if the faults have not ended by then.
    void unlessCalm(long delayNs, Runnable action) {
        time.after(delayNs, () -> {
            if (!calm) {
                action.run();
            }
        });
    }

    /// Whether this fault was put in.
    boolean has(Planted fault) {
        return planted == fault;
    }

    /// Whether znodes with a time to live exist.
    boolean extendedTypes() {
        return extendedTypes;
    }

    /// Keeps what clients ask and are told, in some lives.
    void record(Entry entry) {
        if (recorded) {
            history.add(entry);
        }
    }

    /// What was kept.
    List<Entry> history() {
        return history;
    }

    /// Whether members speak different dialects of the protocol, and change from one to the other when they start.
    boolean mixed() {
        return mixed;
    }

    TreeOptions tree() {
        return extendedTypes ? TreeOptions.extended() : TreeOptions.defaults();
    }

    /// What a member gets instead of a request.
    Request altered(Request request) {
        return has(Planted.MULTI_CUT_SHORT) && request instanceof MultiRequest(var ops) && ops.size() > 1
                ? new MultiRequest(ops.subList(0, ops.size() - 1))
                : request;
    }

    Prng random() {
        return random;
    }

    /// What the files of the first members have.
    Membership membership() {
        return membership;
    }

    /// The list that an administrator gives to a server which starts with an empty disk.
    Membership fileFor(long sid) {
        boolean alone = sid == 1 && has(Planted.LISTED_ALONE);
        return alone ? EnsembleSimulation.membership(1, 0, "") : memberships.fileFor(sid);
    }

    /// All that there have been.
    Memberships memberships() {
        return memberships;
    }

    /// Whether the server is a member.
    boolean isMember(SimMember server) {
        return memberships.current().member(server.sid()) != null;
    }

    /// The servers that are members, by their ids.
    List<SimMember> standing() {
        return members.values().stream().filter(this::isMember).toList();
    }

    /// Somebody asks for other members.
    void changesAsked() {
        askedNs = time.nowNs();
    }

    /// Somebody has got an answer.
    void changesAnswered() {
        askedNs = -ASKED_NS_MAX;
    }

    /// Whether a leader may be about to count on servers that nobody has named yet.
    boolean mayChange() {
        return time.nowNs() < askedNs + ASKED_NS_MAX;
    }

    /// Whether a change is open that needs the vote of a member which has lost its disk since: what it had acknowledged
    /// nobody can tell, nor it. Whoever replaces two of three voters by one cannot lose a disk meanwhile.
    boolean isUndecidable() {
        long decided = memberships.current().version();
        return members.values().stream()
                .filter(SimMember::isWhole)
                .flatMap(each -> each.roster().known().stream())
                .anyMatch(known -> known.version() > decided
                        && !known.isQuorum(sid -> member(sid).isWhole()));
    }

    /// Whether the disks of others are enough, whichever membership anybody may act by.
    boolean canSpare(SimMember member) {
        List<Membership> deciding = new ArrayList<>(memberships.open());
        for (SimMember each : members.values()) {
            for (Membership known : each.roster().known()) {
                if (known.version() > 0 && !deciding.contains(known)) {
                    deciding.add(known);
                }
            }
        }
        return deciding.stream()
                .allMatch(each ->
                        each.isQuorum(sid -> sid != member.sid() && member(sid).isWhole()));
    }

    Customs customs() {
        return customs;
    }

    Timing timing() {
        return timing;
    }

    Ledger ledger() {
        return ledger;
    }

    Witness witness() {
        return witness;
    }

    Interference interference() {
        return interference;
    }

    Promises promises() {
        return promises;
    }

    Rules rules() {
        return rules;
    }

    SimNetwork network() {
        return network;
    }

    /// The servers by their ids, members or not.
    SortedMap<Long, SimMember> members() {
        return members;
    }

    SimMember member(long sid) {
        SimMember member = members.get(sid);
        if (member == null) {
            throw new IllegalStateException("there is no member " + sid);
        }
        return member;
    }

    SimMember anyMember() {
        return member(1 + random.below(members.size()));
    }

    /// Notes that something happened that a run should have had.
    void count(String what) {
        count(what, 1);
    }

    void count(String what, long times) {
        tally.computeIfAbsent(what, _ -> new long[1])[0] += times;
    }

    /// Notes that a request was answered.
    void count(OpCode op, int error) {
        count(names.computeIfAbsent(op, _ -> new HashMap<>())
                .computeIfAbsent(error, _ -> error == 0 ? op.name() : op + " " + error));
    }

    /// What was counted, by name.
    SortedMap<String, Long> tally() {
        SortedMap<String, Long> sorted = new TreeMap<>();
        tally.forEach((what, times) -> sorted.put(what, times[0]));
        return sorted;
    }
}
