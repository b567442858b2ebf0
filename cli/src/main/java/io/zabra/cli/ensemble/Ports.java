// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli.ensemble;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// The ports of one member, all on the loopback address.
///
/// @param client for clients
/// @param quorum for learners, while the member leads
/// @param election for votes
record Ports(int client, int quorum, int election) {

    /// The usual ports of ZooKeeper are 2181, 2888 and 3888; those of other bases are as far apart.
    private static final int QUORUM_OFFSET = 707;

    private static final int ELECTION_OFFSET = 1_707;
    private static final int PORT_MAX = 65_535;

    /// The largest base that leaves room for the ports of `members`.
    static int baseMax(int members) {
        return PORT_MAX - ELECTION_OFFSET - members + 1;
    }

    /// Ports of `members`, one after the other from `base` on; of a base of 0, any that are free.
    static List<Ports> of(int members, int base) throws IOException {
        if (base == 0) {
            return free(members);
        }
        return IntStream.range(base, base + members)
                .mapToObj(port -> new Ports(port, port + QUORUM_OFFSET, port + ELECTION_OFFSET))
                .toList();
    }

    /// Why members must not be started with these ports, as a sentence for the user; empty if they may.
    ///
    /// @param remedy what to do about it, as the end of that sentence
    static String objection(List<Ports> all, String remedy) {
        List<Integer> taken = all.stream()
                .flatMap(ports -> List.of(ports.client, ports.quorum, ports.election).stream())
                .filter(port -> !isFree(port))
                .sorted()
                .toList();
        return taken.isEmpty() ? "" : "ports are in use on this machine: " + taken + "; " + remedy;
    }

    private static boolean isFree(int port) {
        try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    private static List<Ports> free(int members) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            List<Ports> all = new ArrayList<>();
            for (int i = 0; i < members; i++) {
                all.add(new Ports(any(sockets), any(sockets), any(sockets)));
            }
            return all;
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }

    private static int any(List<ServerSocket> sockets) throws IOException {
        ServerSocket socket = new ServerSocket();
        sockets.add(socket);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return socket.getLocalPort();
    }
}
