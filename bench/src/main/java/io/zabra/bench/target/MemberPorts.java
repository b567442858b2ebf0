// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.target;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/// The TCP ports of one server on loopback: for its clients, for its leader's learners, for elections.
record MemberPorts(int client, int quorum, int election) {

    private static final int PORTS_A_MEMBER = 3;

    /// Ports for so many members that are free at the moment, no two the same.
    static List<MemberPorts> free(int members) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < members * PORTS_A_MEMBER; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            List<MemberPorts> ports = new ArrayList<>();
            for (int at = 0; at < sockets.size(); at += PORTS_A_MEMBER) {
                ports.add(new MemberPorts(
                        sockets.get(at).getLocalPort(),
                        sockets.get(at + 1).getLocalPort(),
                        sockets.get(at + 2).getLocalPort()));
            }
            return ports;
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }
}
