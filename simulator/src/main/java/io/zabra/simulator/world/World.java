// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.world;

import io.zabra.simulator.check.Oracle;

/// What everything in one life shares: the time, the record of what happened, and who judges it.
public final class World {

    private final Timeline time = new Timeline();
    private final Trace trace = new Trace();
    private final Oracle oracle;
    private final Mutant mutant;
    private int connections;

    /// @param mutant the fault that was put in on purpose
    public World(Oracle oracle, Mutant mutant) {
        this.oracle = oracle;
        this.mutant = mutant;
    }

    public Timeline time() {
        return time;
    }

    public Trace trace() {
        return trace;
    }

    public Oracle oracle() {
        return oracle;
    }

    /// Whether this fault was put in.
    public boolean has(Mutant fault) {
        return mutant == fault;
    }

    Mutant mutant() {
        return mutant;
    }

    /// The number of a new connection.
    int nextConnection() {
        return ++connections;
    }
}
