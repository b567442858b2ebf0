// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.world;

import java.util.Arrays;

/// Virtual time: things that will happen, in the order of their time, and of their making where times are equal.
///
/// They lie in a heap made of three arrays: nothing is as often done as this.
public final class Timeline {

    private static final int CAPACITY_MIN = 256;

    private long[] times = new long[CAPACITY_MIN];
    private long[] orders = new long[CAPACITY_MIN];
    private Runnable[] actions = new Runnable[CAPACITY_MIN];
    private int size;
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
        add(nowNs + delayNs, action);
    }

    public void at(long atNs, Runnable action) {
        add(Math.max(atNs, nowNs), action);
    }

    /// Lets the next thing happen if it is due by `untilNs`; false when nothing is.
    public boolean next(long untilNs) {
        if (size == 0 || times[0] > untilNs) {
            nowNs = Math.max(nowNs, untilNs);
            return false;
        }
        nowNs = times[0];
        Runnable action = actions[0];
        removeFirst();
        executed++;
        action.run();
        return true;
    }

    private void add(long atNs, Runnable action) {
        if (size == times.length) {
            times = Arrays.copyOf(times, 2 * size);
            orders = Arrays.copyOf(orders, 2 * size);
            actions = Arrays.copyOf(actions, 2 * size);
        }
        int at = size++;
        // It is the last one made, so of those at the same time the last to happen.
        while (at > 0 && times[(at - 1) / 2] > atNs) {
            move((at - 1) / 2, at);
            at = (at - 1) / 2;
        }
        put(at, atNs, order++, action);
    }

    private void removeFirst() {
        int last = --size;
        long time = times[last];
        long made = orders[last];
        int at = 0;
        int child = 1;
        while (child < last) {
            if (child + 1 < last && isBefore(child + 1, times[child], orders[child])) {
                child++;
            }
            if (!isBefore(child, time, made)) {
                break;
            }
            move(child, at);
            at = child;
            child = 2 * at + 1;
        }
        put(at, time, made, actions[last]);
        // What is left there would keep things in memory.
        actions[last] = Timeline::nothing;
    }

    private static void nothing() {
        // Is never run.
    }

    private boolean isBefore(int index, long time, long made) {
        return times[index] < time || times[index] == time && orders[index] < made;
    }

    private void move(int from, int to) {
        put(to, times[from], orders[from], actions[from]);
    }

    private void put(int at, long time, long made, Runnable action) {
        times[at] = time;
        orders[at] = made;
        actions[at] = action;
    }
}
