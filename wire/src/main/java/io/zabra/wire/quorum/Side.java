// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.quorum;

/// The two ends of a connection between a learner and its leader, or between an observer and the follower that it
/// learns from. The bodies of some packets depend on who sends them.
public enum Side {
    LEADER,
    LEARNER
}
