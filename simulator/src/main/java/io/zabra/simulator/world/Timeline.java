// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.world;

import java.util.PriorityQueue;

/// Virtual time: things that will happen, in the order of their time, and of their making where times are equal.
public final class Timeline {

    private record Moment(long atNs, long order, Runnable action) {}

    private final PriorityQueue<Moment> moments = new PriorityQueue<>((a, b) -> {
        int byTime = Long.compare(a.atNs, b.atNs);
        return byTime != 0 ? byTime : Long.compare(a.order, b.order);
    });
    private long nowNs = 1_000_000_000L;
    private long order;
    private long executed;

    /// The time, in nanoseconds.
    public long nowNs() {
        return nowNs;
    }

    /// How many things have happened.
    public long executed() {
        return executed;
    }

    public void after(long delayNs, Runnable action) {
        moments.add(new Moment(nowNs + delayNs, order++, action));
    }

    public void at(long atNs, Runnable action) {
        moments.add(new Moment(Math.max(atNs, nowNs), order++, action));
    }

    /// Lets the next thing happen if it is due by `untilNs`; false when nothing is.
    public boolean next(long untilNs) {
        Moment moment = moments.peek();
        if (moment == null || moment.atNs > untilNs) {
            nowNs = Math.max(nowNs, untilNs);
            return false;
        }
        moments.remove();
        nowNs = moment.atNs;
        executed++;
        moment.action.run();
        return true;
    }
}
