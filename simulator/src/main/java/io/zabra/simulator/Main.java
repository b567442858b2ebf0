// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator;

import io.zabra.simulator.world.Mutant;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Searches seeds for lives that go wrong: `zabra simulate [--seed S] [--seeds N] [--from S] [--minutes M]`.
///
/// Exit codes: 0 all lives went well, 1 one did not, 2 wrong usage.
public final class Main {

    private static final String USAGE = """
        Usage: zabra simulate [--seed S] [--seeds N] [--from S] [--minutes M]
          --seed S      live one life, and print what happened
          --seeds N     how many lives (default 1000)
          --from S      the first seed (default 1)
          --minutes M   stop after M minutes at the latest
        """;

    private final PrintStream out;

    private Main(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] arguments) throws InterruptedException {
        int code = new Main(System.out).run(List.of(arguments));
        if (code != 0) {
            System.exit(code);
        }
    }

    private int run(List<String> arguments) throws InterruptedException {
        long from = 1;
        long seeds = 1_000;
        long minutes = Long.MAX_VALUE / 60_000_000_000L;
        try {
            for (int i = 0; i < arguments.size(); i += 2) {
                long value = Long.parseLong(arguments.get(i + 1));
                switch (arguments.get(i)) {
                    case "--seed" -> {
                        return one(value);
                    }
                    case "--seeds" -> seeds = value;
                    case "--from" -> from = value;
                    case "--minutes" -> minutes = value;
                    default -> throw new IllegalArgumentException(arguments.get(i));
                }
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            out.print(USAGE);
            return 2;
        }
        return search(from, seeds, minutes * 60_000_000_000L);
    }

    private int one(long seed) {
        Life life = Simulation.run(seed, Mutant.NONE, true);
        life.lines().forEach(out::println);
        out.println(summary(life));
        return life.failure() == null ? 0 : 1;
    }

    private int search(long from, long seeds, long limitNs) throws InterruptedException {
        long begin = System.nanoTime();
        AtomicLong next = new AtomicLong(from);
        AtomicLong events = new AtomicLong();
        AtomicLong answers = new AtomicLong();
        AtomicLong starts = new AtomicLong();
        AtomicLong done = new AtomicLong();
        List<Life> failed = new ArrayList<>();
        int threads = Runtime.getRuntime().availableProcessors();
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            for (int i = 0; i < threads; i++) {
                pool.execute(() -> {
                    long seed = next.getAndIncrement();
                    while (seed < from + seeds && System.nanoTime() - begin < limitNs) {
                        Life life = Simulation.run(seed);
                        events.addAndGet(life.events());
                        answers.addAndGet(life.answers());
                        starts.addAndGet(life.starts());
                        done.incrementAndGet();
                        if (life.failure() != null) {
                            synchronized (failed) {
                                failed.add(life);
                            }
                            out.println(summary(life));
                        }
                        seed = next.getAndIncrement();
                    }
                });
            }
            pool.shutdown();
            while (!pool.awaitTermination(5, TimeUnit.SECONDS)) {
                out.printf("%d of %d lives, %d went wrong%n", done.get(), seeds, failed.size());
            }
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        out.printf(
                "%d lives with %d starts, %d events, %d answers checked in %.1f s (%.0f events/s); %d went wrong%n",
                done.get(), starts.get(), events.get(), answers.get(), seconds, events.get() / seconds, failed.size());
        return failed.isEmpty() ? 0 : 1;
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
