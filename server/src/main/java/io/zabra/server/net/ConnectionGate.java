// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.net;

import io.zabra.server.config.ServerConfig.ConnectionThrottle;
import java.util.function.DoubleSupplier;

/// Limits how many sessions may be opened in a stretch of time (Apache: BlueThrottle): a bucket of tokens that fills
/// with time, and before it is empty a random early drop that grows while it is empty and shrinks while it is full
/// ("BLUE", Feng et al. 1999).
///
/// Any event loop may call it.
public final class ConnectionGate {

    private final ConnectionThrottle config;
    private final DoubleSupplier random;
    private int tokens;
    private long filledAtMs;
    private long judgedAtMs;
    private double dropProbability;

    /// A gate with a full bucket.
    ///
    /// @param random numbers from 0 to below 1
    public ConnectionGate(ConnectionThrottle config, DoubleSupplier random, long nowMs) {
        this.config = config;
        this.random = random;
        this.tokens = config.tokensMax();
        this.filledAtMs = nowMs;
        this.judgedAtMs = nowMs;
    }

    /// Whether a connection may open a session; false: it is to be closed without an answer.
    ///
    /// @param sessionId the session that it comes back to, 0 for a new one
    public boolean admits(long sessionId, long nowMs) {
        return config.tokensMax() == 0 || takes(cost(sessionId), nowMs);
    }

    /// The share of connections that are dropped although there are tokens.
    public synchronized double dropProbability() {
        return dropProbability;
    }

    /// Tokens that are missing in the bucket.
    public synchronized int deficit() {
        return config.tokensMax() - tokens;
    }

    private int cost(long sessionId) {
        if (!config.weights().enabled()) {
            return 1;
        }
        return sessionId == 0 ? config.weights().global() : config.weights().renewed();
    }

    private synchronized boolean takes(int cost, long nowMs) {
        long passedMs = nowMs - filledAtMs;
        if (passedMs > config.fillTimeMs()) {
            // As a fraction, because a product of two large settings would not fit.
            double fresh = (double) passedMs * config.fillCount() / config.fillTimeMs();
            tokens = (int) Math.min(config.tokensMax(), tokens + fresh);
            filledAtMs = nowMs;
        }
        if (config.freezeTimeMs() >= 0 && isDropped(nowMs) || tokens < cost) {
            return false;
        }
        tokens -= cost;
        return true;
    }

    private boolean isDropped(long nowMs) {
        if (nowMs - judgedAtMs > config.freezeTimeMs()) {
            int missing = config.tokensMax() - tokens;
            if (tokens == 0) {
                dropProbability = Math.min(1, dropProbability + config.dropIncrease());
            } else if (missing <= Math.round(config.tokensMax() * config.decreaseRatio())) {
                dropProbability = Math.max(0, dropProbability - config.dropDecrease());
            }
            judgedAtMs = nowMs;
        }
        return random.getAsDouble() < dropProbability;
    }
}
