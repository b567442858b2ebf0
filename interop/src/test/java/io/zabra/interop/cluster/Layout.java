// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

import java.nio.file.Path;
import java.util.Map;

/// Which members a [Cluster] has: voters first, observers behind them.
///
/// @param network between them; closed with the cluster
/// @param dataDirs folders of members that are not to have one where all files are
record Layout(int voters, int observers, Network network, Map<Integer, Path> dataDirs) {

    /// Voters on loopback.
    static Layout of(int voters) {
        return of(voters, 0);
    }

    static Layout of(int voters, int observers) {
        return new Layout(voters, observers, new Proxies(voters + observers), Map.of());
    }

    Layout on(Network other) {
        network.close();
        return new Layout(voters, observers, other, dataDirs);
    }

    Layout with(Map<Integer, Path> others) {
        return new Layout(voters, observers, network, others);
    }

    int members() {
        return voters + observers;
    }

    boolean observes(int member) {
        return member > voters;
    }

    /// The proxies between the members.
    Proxies proxies() {
        if (network instanceof Proxies proxies) {
            return proxies;
        }
        throw new IllegalStateException("the members are not on loopback");
    }
}
