// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.links;

/// A port where learners connect, as the product keeps it (`server.peer.LearnerPort`): opened while the node wants it
/// open. If somebody else has it then, that is told, and it is tried again, wanted or not, until it can be opened.
public final class LearnersPort {

    private static final long STEP_NS = 50_000;
    private static final long REBIND_NS = 500_000_000;

    /// The process whose port it is.
    public interface Owner {

        /// Does something later, unless the process has ended by then. What takes equally long keeps its order.
        void later(long delayNs, Runnable action);

        /// Whether somebody else has the port now.
        boolean isTaken();

        /// Learns that the port cannot be opened, or could be again.
        void told(boolean taken);
    }

    private final Owner owner;
    private boolean wanted;
    private boolean open;
    private boolean binds;
    private boolean failed;
    private boolean told;

    public LearnersPort(Owner owner) {
        this.owner = owner;
    }

    public boolean isOpen() {
        return open;
    }

    /// Lets learners connect, or no longer.
    public void admit(boolean wants) {
        owner.later(STEP_NS, () -> {
            wanted = wants;
            told = false;
            if (wants) {
                bind();
            } else {
                open = false;
            }
        });
    }

    private void bind() {
        if (binds || !wanted && !failed || open) {
            return;
        }
        binds = true;
        owner.later(STEP_NS, () -> {
            binds = false;
            if (owner.isTaken()) {
                fails();
            } else {
                opens();
            }
        });
    }

    private void opens() {
        open = wanted;
        if (failed) {
            failed = false;
            owner.told(false);
        }
    }

    private void fails() {
        if (wanted && !told) {
            failed = true;
            told = true;
            owner.told(true);
        }
        owner.later(REBIND_NS, this::bind);
    }
}
