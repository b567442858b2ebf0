// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli.ensemble;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// Looks after running members: shows how they are until all have ended, and stops them.
///
/// One thread watches, another may stop; they never write at the same time.
final class Watch {

    private static final MemberState STARTING = new MemberState.Starting();
    private static final int PAUSE_MS = 500;
    /// A server takes 22 s at most to stop.
    static final Duration STOP_MAX = Duration.ofSeconds(25);

    /// A process that a signal has ended has this as its exit code, and the signal's number added.
    private static final int BY_SIGNAL = 128;

    private final List<MemberProcess> members;
    private final Layout layout;
    private final Board board;
    private final Launcher launcher;
    private final Duration stopMax;
    private final SortedMap<Integer, MemberState> before = new TreeMap<>();
    private final long begunNs = System.nanoTime();
    private boolean complete;
    private boolean wasComplete;
    private boolean stopping;
    /// Whether there is nothing left, and the user knows.
    private boolean over;

    /// @param stopMax time after which a member that does not stop is killed
    Watch(List<MemberProcess> members, Layout layout, Board board, Launcher launcher, Duration stopMax) {
        this.members = List.copyOf(members);
        this.layout = layout;
        this.board = board;
        this.launcher = launcher;
        this.stopMax = stopMax;
    }

    /// Returns when all members have ended by themselves, or when they are being stopped.
    void untilAllHaveEnded() throws InterruptedException {
        while (look()) {
            Thread.sleep(PAUSE_MS);
        }
    }

    /// Asks all members once. False when there is nothing left to watch.
    private boolean look() {
        SortedMap<Integer, MemberState> states = new TreeMap<>();
        for (MemberProcess member : members) {
            MemberState state = member.state();
            boolean starts = before.getOrDefault(member.id(), STARTING) instanceof MemberState.Starting;
            states.put(member.id(), starts && state instanceof MemberState.Silent ? STARTING : state);
        }
        return show(states);
    }

    private synchronized boolean show(SortedMap<Integer, MemberState> states) {
        if (stopping) {
            return false;
        }
        states.forEach((id, state) -> {
            if (state instanceof MemberState.Ended(int code) && !(before.put(id, state) instanceof MemberState.Ended)) {
                ended(id, code, members.get(id - 1).errors());
            } else {
                before.put(id, state);
            }
        });
        board.show(states);
        boolean allServe = states.values().stream().allMatch(MemberState.Serving.class::isInstance);
        if (allServe && !complete) {
            double seconds = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNs) / 1_000.0;
            board.say("All members serve" + (wasComplete ? " again." : ", " + seconds + " s after their start."));
            wasComplete = true;
            board.show(states);
        }
        complete = allServe;
        over = noneIsLeft(states);
        if (over) {
            board.say("No member is left; their data are in " + layout.folder() + "."
                    + "\n         To start them again: " + launcher.ensemble(layout));
        }
        return !over;
    }

    /// Of a member that was started again by other means it is not known whether it has ended or only hangs, but for
    /// the lock of its folder.
    private boolean noneIsLeft(SortedMap<Integer, MemberState> states) {
        boolean nobodyHere = states.values().stream()
                .allMatch(state -> state instanceof MemberState.Ended || state instanceof MemberState.Silent);
        try {
            return nobodyHere
                    && members.stream().noneMatch(MemberProcess::runs)
                    && layout.running().isEmpty();
        } catch (IOException unknown) {
            return false;
        }
    }

    private void ended(int id, int code, List<String> errors) {
        String how = code > BY_SIGNAL ? " (signal " + (code - BY_SIGNAL) + ")" : "";
        StringBuilder what = new StringBuilder();
        errors.forEach(line -> what.append("\n         ").append(line));
        board.say("Member " + id + " has ended with exit code " + code + how + "." + what
                + "\n         Its log:           tail " + layout.log(id)
                + "\n         To start it again: " + launcher.server(layout.config(id)));
    }

    /// Stops all members that still run, and says how it went. Those that hang are killed.
    void stop() {
        synchronized (this) {
            stopping = true;
            if (over) {
                return;
            }
            if (members.stream().anyMatch(MemberProcess::runs)) {
                board.say("Stopping.");
            }
        }
        members.forEach(MemberProcess::stop);
        long untilNs = System.nanoTime() + stopMax.toNanos();
        try {
            for (MemberProcess member : members) {
                if (!member.awaitEnd(untilNs)) {
                    board.say("Member " + member.id() + " (process " + member.pid() + ") did not stop within "
                            + stopMax.toSeconds() + " s and was killed; its log: " + layout.log(member.id()));
                }
            }
            board.say(farewell());
        } catch (InterruptedException interrupted) {
            board.say("The stop was interrupted.");
        }
    }

    /// A member that was started again by somebody else is not ours to stop.
    private String farewell() {
        String where = "; their data are in " + layout.folder() + ".";
        try {
            List<Integer> running = layout.running();
            return running.isEmpty()
                    ? "All members have stopped" + where
                    : "All that was started here has stopped" + where + " Members " + running
                            + " still run: they were started again by other means.";
        } catch (IOException unknown) {
            return "All that was started here has stopped" + where;
        }
    }
}
