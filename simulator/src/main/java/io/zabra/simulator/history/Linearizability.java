// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.history;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Searches for an order of the operations on each znode that explains all answers and keeps real time, without any
/// belief in zxids or logs: a wrong zxid cannot hide a wrong answer from it.
///
/// Writes count, and reads behind a `sync` that shows all, which may see what was there from the `sync` on; others may
/// be old. Znodes are taken one by one, which is enough: linearizability is local. The search is Wing's and Gong's,
/// with Lowe's memory of what was tried ("Testing for linearizability", 2016). It is exponential in the worst case,
/// hence a sample.
public final class Linearizability {

    private static final int STEPS_MAX = 2_000_000;

    /// Each takes some hundred bytes for samples of some thousand operations.
    private static final int TRIED_MAX = 200_000;

    private Linearizability() {}

    /// @param operationsMax how many operations of each znode are looked at, from its first one on
    public static Verdict check(History history, int operationsMax) {
        Findings findings = new Findings();
        Map<String, List<Operation>> samples = new TreeMap<>();
        new Sampling(history).operations().forEach((path, all) -> samples.put(path, cut(all, operationsMax)));
        samples.forEach((path, operations) -> {
            operations.forEach(_ -> findings.count("operation"));
            switch (search(operations)) {
                case EXPLAINED -> findings.count("explained");
                case GIVEN_UP -> findings.count("given up");
                case IMPOSSIBLE -> findings.complain("C1", "no order explains what was told about " + path);
            }
        });
        return findings.verdict();
    }

    private enum Outcome {
        EXPLAINED,
        IMPOSSIBLE,
        GIVEN_UP
    }

    /// The first operations; of those that end behind the last one's beginning, writes may have been done or not.
    private static List<Operation> cut(List<Operation> all, int operationsMax) {
        if (all.size() <= operationsMax) {
            return all;
        }
        int end = all.get(operationsMax).from();
        List<Operation> kept = new ArrayList<>();
        for (Operation operation : all.subList(0, operationsMax)) {
            if (operation.to() < end) {
                kept.add(operation);
            } else if (operation.changes()) {
                kept.add(operation.unanswered());
            }
        }
        return kept;
    }

    /// One end of an operation, in a list from which both ends are taken while the operation has its place.
    private static final class End {
        final int number;
        final Operation operation;
        final boolean begins;
        End other = this;
        End before = this;
        End after = this;

        End(int number, Operation operation, boolean begins) {
            this.number = number;
            this.operation = operation;
            this.begins = begins;
        }

        /// Several parts of one request begin and end together, and so do reads behind one `sync`.
        long time() {
            return begins ? 2L * operation.from() + 1 : 2L * operation.to();
        }

        void take() {
            before.after = after;
            after.before = before;
        }

        void giveBack() {
            before.after = this;
            after.before = this;
        }
    }

    private record Tried(BitSet placed, Operation.State state) {}

    private record Step(End begin, Operation.State before) {}

    private static Outcome search(List<Operation> operations) {
        End list = ends(operations);
        BitSet placed = new BitSet(operations.size());
        Set<Tried> tried = new HashSet<>();
        List<Step> path = new ArrayList<>();
        Operation.State state = Operation.State.ABSENT;
        End at = list.after;
        for (int steps = 0; steps < STEPS_MAX && tried.size() < TRIED_MAX; steps++) {
            if (at == list) {
                // What is left was never answered, and need not have been done.
                return Outcome.EXPLAINED;
            }
            if (!at.begins) {
                if (path.isEmpty()) {
                    return Outcome.IMPOSSIBLE;
                }
                Step last = path.removeLast();
                last.begin.other.giveBack();
                last.begin.giveBack();
                placed.clear(last.begin.number);
                state = last.before;
                at = last.begin.after;
                continue;
            }
            Operation.State next = at.operation.on(state);
            if (next != null) {
                placed.set(at.number);
                if (tried.add(new Tried((BitSet) placed.clone(), next))) {
                    path.add(new Step(at, state));
                    state = next;
                    at.take();
                    at.other.take();
                    at = list.after;
                    continue;
                }
                placed.clear(at.number);
            }
            at = at.after;
        }
        return Outcome.GIVEN_UP;
    }

    /// Both ends of all operations by time; those never answered have their second end nowhere.
    private static End ends(List<Operation> operations) {
        List<End> byTime = new ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            Operation operation = operations.get(i);
            End begin = new End(i, operation, true);
            End end = new End(i, operation, false);
            begin.other = end;
            end.other = begin;
            byTime.add(begin);
            if (operation.to() != Operation.NEVER) {
                byTime.add(end);
            }
        }
        byTime.sort(Comparator.comparingLong(End::time));
        End list = new End(-1, Operation.NOTHING, false);
        for (End each : byTime) {
            each.before = list.before;
            each.after = list;
            list.before.after = each;
            list.before = each;
        }
        return list;
    }
}
