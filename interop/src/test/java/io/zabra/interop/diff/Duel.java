// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.diff;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Two servers and a player for each: plays plans on both at the same time and compares.
final class Duel implements AutoCloseable {

    /// Limit of the plays that are spent on making one failing plan shorter.
    private static final int SHRINK_PLAYS = 400;

    private final Player left;
    private final Player right;
    private final ExecutorService rightThread = Executors.newSingleThreadExecutor();

    Duel(Player left, Player right) {
        this.left = left;
        this.right = right;
    }

    /// What told two servers apart: a short plan and both transcripts of it.
    record Difference(Plan plan, Transcript left, Transcript right) {

        String report() {
            int at = left.firstDifference(right);
            var text = new StringBuilder("seed " + plan.seed() + " (replay: -Dzabra.seed=" + plan.seed() + ")\n");
            for (int i = 0; i <= at; i++) {
                boolean last = i == plan.steps().size();
                text.append(
                        last
                                ? "at the end\n"
                                : "%d: %s%n"
                                        .formatted(
                                                plan.steps().get(i).slot(),
                                                plan.steps().get(i).describe()));
                if (i < at) {
                    left.answers()
                            .get(i)
                            .forEach(line -> text.append("       ").append(line).append('\n'));
                } else {
                    sideBySide(i, text);
                }
            }
            return text.toString();
        }

        private void sideBySide(int step, StringBuilder text) {
            List<String> expected = left.answers().get(step);
            List<String> actual = right.answers().get(step);
            for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
                String a = i < expected.size() ? expected.get(i) : "nothing";
                String b = i < actual.size() ? actual.get(i) : "nothing";
                if (a.equals(b)) {
                    text.append("       ").append(a).append('\n');
                } else {
                    text.append("  left:  ")
                            .append(a)
                            .append("\n  right: ")
                            .append(b)
                            .append('\n');
                }
            }
        }
    }

    /// Empty when both servers say the same.
    Optional<Difference> play(Plan plan) {
        Future<Transcript> other = rightThread.submit(() -> right.play(plan));
        try {
            Transcript ours = leftPlay(plan);
            Transcript theirs = other.get();
            return ours.firstDifference(theirs) < 0
                    ? Optional.empty()
                    : Optional.of(new Difference(plan, ours, theirs));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException("seed " + plan.seed() + ": " + e.getCause(), e);
        }
    }

    private Transcript leftPlay(Plan plan) {
        try {
            return left.play(plan);
        } catch (RuntimeException e) {
            StringBuilder steps = new StringBuilder();
            plan.steps()
                    .forEach(step -> steps.append(step.slot())
                            .append(": ")
                            .append(step.describe())
                            .append('\n'));
            throw new IllegalStateException("seed " + plan.seed() + ":\n" + steps, e);
        }
    }

    /// As [#play], but a difference is told by a plan as short as could be found.
    Optional<Difference> playAndShrink(Plan plan) {
        return play(plan).map(this::shrink);
    }

    private Difference shrink(Difference found) {
        int plays = 0;
        boolean shorter = true;
        Difference best = cutTail(found);
        while (shorter) {
            shorter = false;
            for (Plan candidate : Smaller.of(best.plan())) {
                if (plays++ >= SHRINK_PLAYS) {
                    return best;
                }
                Optional<Difference> still = play(candidate);
                if (still.isPresent()) {
                    best = still.get();
                    shorter = true;
                    break;
                }
            }
        }
        return best;
    }

    /// Nothing after the first difference can have caused it.
    private Difference cutTail(Difference found) {
        int at = found.left().firstDifference(found.right());
        var steps = new ArrayList<>(found.plan().steps());
        if (at + 1 >= steps.size()) {
            return found;
        }
        return play(found.plan().with(steps.subList(0, at + 1))).orElse(found);
    }

    @Override
    public void close() {
        rightThread.shutdownNow();
        left.close();
        right.close();
    }
}
