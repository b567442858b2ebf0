// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.peer;

import io.zabra.wire.quorum.HostPort;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Limits the connections to addresses that nobody but a caller has told: anybody may call in any name, and this server
/// is not to knock at doors for others. Owned by the event loop of the links.
final class CallBacks {

    /// Under way at once.
    static final int AT_ONCE_MAX = 8;

    /// From one try of an address to the next.
    static final long PAUSE_NS = TimeUnit.SECONDS.toNanos(2);

    /// Addresses that are tried within one pause.
    static final int ADDRESSES_MAX = 64;

    private final Map<HostPort, Long> triedNs = new LinkedHashMap<>();
    private int underWay;

    /// Whether this address may be tried now; if so, [#ended] has to follow.
    boolean begin(HostPort address, long nowNs) {
        triedNs.values().removeIf(tried -> nowNs - tried >= PAUSE_NS);
        if (underWay >= AT_ONCE_MAX || triedNs.size() >= ADDRESSES_MAX || triedNs.containsKey(address)) {
            return false;
        }
        triedNs.put(address, nowNs);
        underWay++;
        return true;
    }

    void ended() {
        underWay--;
    }
}
