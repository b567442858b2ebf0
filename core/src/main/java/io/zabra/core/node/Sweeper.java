// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import io.zabra.core.base.NodeConfig;
import io.zabra.core.base.Now;
import io.zabra.core.effect.Step;
import io.zabra.core.tree.DataTree;
import io.zabra.core.tree.Znode;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Removes empty containers and expired TTL znodes, at a bounded rate (Apache: ContainerManager). Owned by the node.
final class Sweeper {

    private static final long MINUTE_MS = 60_000;

    /// How many znodes are looked at in one step, so that a sweep of millions holds up nobody.
    private static final int EXAMINED_MAX = 1_000;

    private final NodeState state;
    private final NodeConfig.Sweep config;
    private final ArrayDeque<String> candidates = new ArrayDeque<>();
    private long nextSweepMs = Long.MIN_VALUE;
    private long lastPollMs;
    private double allowance;
    private boolean sweeping;
    private @Nullable String resumeAfter;

    Sweeper(NodeState state) {
        this.state = state;
        this.config = state.config().sweep();
    }

    /// Looks for candidates when an interval is over, and proposes as many removals as the rate allows.
    void poll(Step step, Writes writes) {
        Now now = step.now();
        if (nextSweepMs == Long.MIN_VALUE) {
            nextSweepMs = now.monotonicMs() + config.intervalMs();
            lastPollMs = now.monotonicMs();
            return;
        }
        if (!sweeping && now.monotonicMs() >= nextSweepMs) {
            nextSweepMs = now.monotonicMs() + config.intervalMs();
            sweeping = true;
        }
        if (sweeping && candidates.isEmpty()) {
            DataTree.Sweep sweep = state.tree().sweep(resumeAfter, EXAMINED_MAX, now.wallMs(), config.neverUsedMsMax());
            candidates.addAll(sweep.paths());
            resumeAfter = sweep.next();
            sweeping = resumeAfter != null;
        }
        long elapsedMs = now.monotonicMs() - lastPollMs;
        lastPollMs = now.monotonicMs();
        double perMs = (double) config.perMinuteMax() / MINUTE_MS;
        allowance = Math.min(allowance + elapsedMs * perMs, Math.max(1, perMs * 1_000));
        while (allowance >= 1 && !candidates.isEmpty()) {
            allowance--;
            String path = candidates.remove();
            Znode node = state.tree().find(path);
            if (node != null && state.tree().isDue(node, now.wallMs(), config.neverUsedMsMax())) {
                writes.sweep(path, step);
            }
        }
    }
}
