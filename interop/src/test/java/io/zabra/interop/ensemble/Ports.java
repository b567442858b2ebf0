// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.ensemble;

import io.zabra.interop.process.FreePorts;

/// The three ports of a member, on loopback.
record Ports(int quorum, int election, int client) {

    /// Ports that nobody has now.
    static Ports free() {
        return new Ports(FreePorts.next(), FreePorts.next(), FreePorts.next());
    }
}
