// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator;

import io.zabra.simulator.ensemble.EnsembleSimulation;
import io.zabra.simulator.world.Life;
import io.zabra.simulator.world.Lives;
import io.zabra.simulator.world.Mutant;
import java.io.PrintStream;
import java.util.List;

/// Searches seeds for lives that go wrong: `zabra simulate [--members N] [--seed S] [--seeds N] [--from S]
/// [--minutes M]`.
///
/// Exit codes: 0 all lives went well, or `--help` has answered; 1 one did not; 2 wrong usage.
public final class Main {

    private static final String USAGE = """
        Usage: zabra simulate [--members N] [--seed S] [--seeds N] [--from S] [--minutes M]
          --members N   lives of an ensemble of N servers (1 to 9; 1, the default, is a server that stands alone)
          --seed S      live one life, and print what happened
          --seeds N     how many lives (default 1000)
          --from S      the first seed (default 1)
          --minutes M   begin no more lives after M minutes
          --commit C    what to name as the version of the code when a life went wrong (the launcher says it)
          --help        show this
        """;
    private static final List<String> OPTIONS = List.of("--members", "--seed", "--seeds", "--from", "--minutes");

    private static final int MEMBERS_MAX = 9;
    private static final long MINUTE_NS = 60_000_000_000L;
    private static final long MINUTES_MAX = Long.MAX_VALUE / MINUTE_NS;
    private static final long SAYS_SO_NS = 5_000_000_000L;
    /// Failures whose end is told, and how many lines of it.
    private static final int TOLD_MAX = 3;
    private static final int LINES_MAX = 40;

    private final PrintStream out;
    private final PrintStream err;
    private int members = 1;
    private String commit = "unknown";

    private Main(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    public static void main(String[] arguments) {
        int code = run(List.of(arguments), System.out, System.err);
        if (code != 0) {
            System.exit(code);
        }
    }

    static int run(List<String> arguments, PrintStream out, PrintStream err) {
        return new Main(out, err).run(arguments);
    }

    private int run(List<String> arguments) {
        long from = 1;
        Long seed = null;
        long seeds = 1_000;
        long minutes = MINUTES_MAX;
        for (int i = 0; i < arguments.size(); i += 2) {
            String option = arguments.get(i);
            if (option.equals("--help") || option.equals("-h")) {
                out.print(USAGE);
                return 0;
            }
            if (option.equals("--commit") && i + 1 < arguments.size()) {
                commit = arguments.get(i + 1);
                continue;
            }
            if (!OPTIONS.contains(option)) {
                return wrong("there is no option " + option);
            }
            long value;
            try {
                value = Long.parseLong(i + 1 < arguments.size() ? arguments.get(i + 1) : "");
            } catch (NumberFormatException e) {
                return wrong(option + " needs a number");
            }
            if (value < 1 && !option.equals("--seed") && !option.equals("--from")) {
                return wrong(option + " needs a number above 0");
            }
            switch (option) {
                case "--members" -> {
                    if (value > MEMBERS_MAX) {
                        return wrong("an ensemble has 1 to " + MEMBERS_MAX + " members here");
                    }
                    members = (int) value;
                }
                case "--seed" -> seed = value;
                case "--seeds" -> seeds = value;
                case "--from" -> from = value;
                default -> minutes = Math.min(value, MINUTES_MAX);
            }
        }
        if (seed != null && (arguments.contains("--seeds") || arguments.contains("--from"))) {
            return wrong("--seed is for one life, --seeds and --from are for many");
        }
        return seed != null ? one(seed) : search(from, seeds, minutes * MINUTE_NS);
    }

    private int wrong(String problem) {
        err.println("error: " + problem);
        err.print(USAGE);
        return 2;
    }

    private int one(long seed) {
        Life life = live(seed, true);
        life.lines().forEach(out::println);
        if (members > 1) {
            out.println(life.tally());
        }
        out.println(summary(life));
        out.println("commit " + commit);
        return life.failure() == null ? 0 : 1;
    }

    private int search(long from, long seeds, long limitNs) {
        Totals totals = new Totals(seeds, limitNs);
        Lives.run(
                from, seed -> seed < from + seeds && totals.elapsedNs() < limitNs, seed -> live(seed, false), life -> {
                    totals.add(life);
                    if (life.failure() != null) {
                        report(life, totals.failed);
                    }
                    totals.say(out);
                });
        double seconds = totals.elapsedNs() / 1e9;
        out.printf(
                "%d lives with %d starts, %d events, %d answers checked in %.1f s (%.0f events/s); %d went wrong%n",
                totals.lives,
                totals.starts,
                totals.events,
                totals.answers,
                seconds,
                totals.events / seconds,
                totals.failed);
        return totals.failed == 0 ? 0 : 1;
    }

    private Life live(long seed, boolean verbose) {
        return members > 1
                ? EnsembleSimulation.run(seed, members, verbose)
                : Simulation.run(seed, Mutant.NONE, verbose);
    }

    /// The seed and the commit are all that is needed to see it again; of the first ones, the end is told here.
    private void report(Life life, long failures) {
        out.println(summary(life));
        out.printf("  commit %s: ./zabra simulate --members %d --seed %d%n", commit, members, life.seed());
        if (failures <= TOLD_MAX) {
            List<String> lines = live(life.seed(), true).lines();
            lines.subList(Math.max(0, lines.size() - LINES_MAX), lines.size())
                    .forEach(line -> out.println("  " + line));
        }
    }

    private static final class Totals {
        private final long wanted;
        private final long limitNs;
        private final long beginNs = System.nanoTime();
        private long lives;
        private long events;
        private long answers;
        private long starts;
        private long failed;
        private long saysSoAtNs = SAYS_SO_NS;

        Totals(long wanted, long limitNs) {
            this.wanted = wanted;
            this.limitNs = limitNs;
        }

        long elapsedNs() {
            return System.nanoTime() - beginNs;
        }

        void add(Life life) {
            lives++;
            events += life.events();
            answers += life.answers();
            starts += life.starts();
            failed += life.failure() == null ? 0 : 1;
        }

        /// Tells now and then how far it is.
        void say(PrintStream out) {
            long elapsedNs = elapsedNs();
            if (elapsedNs < saysSoAtNs) {
                return;
            }
            saysSoAtNs = elapsedNs + SAYS_SO_NS;
            double perMinute = 60e9 * lives / elapsedNs;
            double minutesLeft = Math.max(0, Math.min((wanted - lives) / perMinute, (limitNs - elapsedNs) / 60e9));
            out.printf(
                    "%d of %d lives, %.0f a minute, %.0f events/s, %.1f minutes left, %d went wrong%n",
                    lives, wanted, perMinute, 1e9 * events / elapsedNs, minutesLeft, failed);
        }
    }

    private static String summary(Life life) {
        return String.format(
                "seed %d: %s (hash %016x, %d events, %d answers, %d starts, %d disk faults)",
                life.seed(),
                life.failure() == null ? "well" : "WRONG: " + life.failure(),
                life.hash(),
                life.events(),
                life.answers(),
                life.starts(),
                life.faults());
    }
}
