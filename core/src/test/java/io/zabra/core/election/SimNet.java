// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.election;

import io.zabra.core.base.Prng;
import io.zabra.wire.quorum.Notification;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Connections between each two servers, as the election port has them: ordered while they stand, with a queue of one
/// that keeps the newest, and with the last message sent once more when a connection comes up.
final class SimNet {

    /// One direction of a connection.
    private static final class Wire {
        @Nullable
        Notification waiting;

        @Nullable
        Notification last;

        boolean pumping;
        long lastArrivalMs;
    }

    private final ElectionSim sim;
    private final Prng random;
    private final int size;
    private final List<Wire> wires = new ArrayList<>();
    private final boolean[] up;
    private final boolean[] cut;
    private final int[] generation;
    private int resetPercent;
    private int delayMsMax;
    long lost;
    long repeated;

    SimNet(ElectionSim sim, Prng random, int size) {
        this.sim = sim;
        this.random = random;
        this.size = size;
        int pairs = (size + 1) * (size + 1);
        up = new boolean[pairs];
        cut = new boolean[pairs];
        generation = new int[pairs];
        for (int i = 0; i < pairs; i++) {
            wires.add(new Wire());
        }
        resetPercent = random.below(8);
        delayMsMax = 1 + random.below(random.chance(20) ? 400 : 40);
    }

    private int pair(long a, long b) {
        return (int) (Math.min(a, b) * (size + 1) + Math.max(a, b));
    }

    boolean connected(long a, long b) {
        return a == b || up[pair(a, b)];
    }

    void heal() {
        resetPercent = 0;
        delayMsMax = 10;
        for (long a = 1; a <= size; a++) {
            for (long b = a + 1; b <= size; b++) {
                cut[pair(a, b)] = false;
                connectSoon(a, b);
            }
        }
    }

    /// Divides the two for a time.
    void cut(long a, long b, long forMs) {
        cut[pair(a, b)] = true;
        disconnect(a, b);
        sim.after(forMs, () -> {
            cut[pair(a, b)] = false;
            connectSoon(a, b);
        });
    }

    /// What a process forgets when it dies, and what others lose with it.
    void crash(long sid) {
        for (long other = 1; other <= size; other++) {
            if (other != sid) {
                disconnect(sid, other);
                Wire wire = wire(sid, other);
                wire.last = null;
                wire.waiting = null;
            }
        }
    }

    private Wire wire(long from, long to) {
        return wires.get((int) (from * (size + 1) + to));
    }

    private void disconnect(long a, long b) {
        if (up[pair(a, b)]) {
            missSoon(a, b);
            missSoon(b, a);
        }
        up[pair(a, b)] = false;
        generation[pair(a, b)]++;
        wire(a, b).pumping = false;
        wire(b, a).pumping = false;
    }

    /// The end of a connection is seen on both sides, though not at once, and not always.
    private void missSoon(long by, long missed) {
        if (random.chance(80)) {
            sim.after(random.below(delayMsMax), () -> {
                if (!connected(by, missed)) {
                    sim.server(by).misses(missed);
                }
            });
        }
    }

    void connectSoon(long a, long b) {
        sim.after(1 + random.below(2 * delayMsMax), () -> {
            boolean possible =
                    !cut[pair(a, b)] && sim.server(a).up() && sim.server(b).up();
            if (possible && !up[pair(a, b)]) {
                up[pair(a, b)] = true;
                begin(a, b);
                begin(b, a);
            }
        });
    }

    private void begin(long from, long to) {
        Wire wire = wire(from, to);
        if (wire.waiting == null && wire.last != null) {
            wire.waiting = wire.last;
            repeated++;
        }
        pump(from, to);
    }

    void send(long from, long to, Notification n) {
        Wire wire = wire(from, to);
        lost += wire.waiting != null ? 1 : 0;
        wire.waiting = n;
        wire.last = n;
        if (!connected(from, to)) {
            connectSoon(from, to);
        } else {
            pump(from, to);
        }
    }

    private void pump(long from, long to) {
        Wire wire = wire(from, to);
        if (wire.waiting == null || wire.pumping) {
            return;
        }
        wire.pumping = true;
        int born = generation[pair(from, to)];
        sim.after(random.below(3), () -> {
            if (born == generation[pair(from, to)]) {
                wire.pumping = false;
                transmit(from, to, wire, born);
            }
        });
    }

    private void transmit(long from, long to, Wire wire, int born) {
        Notification n = wire.waiting;
        wire.waiting = null;
        if (n == null || random.chance(resetPercent)) {
            lost++;
            disconnect(from, to);
            connectSoon(from, to);
            return;
        }
        long arrival = Math.max(wire.lastArrivalMs, sim.nowMs() + 1 + random.below(delayMsMax));
        wire.lastArrivalMs = arrival;
        sim.after(arrival - sim.nowMs(), () -> {
            if (born == generation[pair(from, to)]) {
                sim.server(to).deliver(from, n);
            }
        });
    }
}
