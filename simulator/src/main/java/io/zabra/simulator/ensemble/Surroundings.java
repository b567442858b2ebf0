// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.ensemble;

import io.zabra.core.base.Prng;
import io.zabra.core.quorum.Membership;
import io.zabra.core.tree.TreeOptions;
import io.zabra.core.zab.Timing;
import io.zabra.simulator.check.Rules;
import io.zabra.simulator.history.Entry;
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

/// What everything in the life of one ensemble shares.
final class Surroundings {

    static final long MS = 1_000_000L;

    private final Timeline time = new Timeline();
    private final Trace trace = new Trace();
    private final SortedMap<String, Long> tally = new TreeMap<>();
    private final SortedMap<Long, SimMember> members = new TreeMap<>();
    private final Prng random;
    private final Membership membership;
    private final Timing timing;
    private final Rules rules = new Rules();
    private final Ledger ledger = new Ledger(this);
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

    /// @param planted the fault that was put in on purpose
    Surroundings(Prng random, Membership membership, Timing timing, Planted planted) {
        this.random = random;
        this.membership = membership;
        this.timing = timing;
        this.planted = planted;
        this.extendedTypes = random.chance(85);
        this.mixed = random.chance(30);
        this.recorded = random.chance(10);
        this.network = new SimNetwork(this, random.fork());
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

    Membership membership() {
        return membership;
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

    /// The members by their ids.
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
        tally.merge(what, times, Long::sum);
    }

    /// Notes that a request was answered.
    void count(OpCode op, int error) {
        count(names.computeIfAbsent(op, _ -> new HashMap<>())
                .computeIfAbsent(error, _ -> error == 0 ? op.name() : op + " " + error));
    }

    SortedMap<String, Long> tally() {
        return tally;
    }
}
