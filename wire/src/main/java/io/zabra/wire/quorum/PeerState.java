// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.quorum;

import io.zabra.wire.MalformedPacketException;

/// What a server of the ensemble is doing, as it tells the others. Apache: `QuorumPeer.ServerState`.
public enum PeerState {
    LOOKING(0),
    FOLLOWING(1),
    LEADING(2),
    OBSERVING(3);

    private static final PeerState[] BY_NUMBER = values();

    private final int number;

    PeerState(int number) {
        this.number = number;
    }

    /// The state of that number on the wire.
    public static PeerState of(int number) {
        if (number < 0 || number >= BY_NUMBER.length) {
            throw new MalformedPacketException("server in state " + number);
        }
        return BY_NUMBER[number];
    }

    public int number() {
        return number;
    }
}
