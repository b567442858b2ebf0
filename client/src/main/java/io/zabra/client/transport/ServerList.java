// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.client.transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/// Decides which server is tried next, and how long to wait before it.
///
/// The order is shuffled once, so that the clients of an ensemble spread over its servers. After a connection is lost
/// the next server is tried at once; when a whole round has failed, each further round waits longer, with jitter, so
/// that a herd of clients does not come back in step. Names are looked up anew for each attempt. Owner: the I/O thread.
public final class ServerList {

    private static final long FIRST_WAIT_MS = 50;
    private static final long LONGEST_WAIT_MS = 2_000;

    private final List<InetSocketAddress> servers;
    private final RandomGenerator random;
    private int next;
    private int failuresInARow;

    public ServerList(List<InetSocketAddress> servers, RandomGenerator random) {
        this.servers = new ArrayList<>(servers);
        this.random = random;
        Collections.shuffle(this.servers, java.util.Random.from(random));
    }

    public int size() {
        return servers.size();
    }

    /// The server to try now, resolved unless its name is unknown.
    public InetSocketAddress next() {
        InetSocketAddress server = servers.get(next);
        next = (next + 1) % servers.size();
        return resolved(server);
    }

    /// The connection to the last server that [#next] gave was refused, failed or timed out.
    public void failed() {
        failuresInARow++;
    }

    /// A session was established.
    public void succeeded() {
        failuresInARow = 0;
    }

    /// True if no server of a whole round could be reached.
    public boolean roundFailed() {
        return failuresInARow > 0 && failuresInARow % servers.size() == 0;
    }

    /// How long to wait before the next attempt: 0 within the first round, then doubling with each round.
    public long waitMs() {
        int rounds = failuresInARow / servers.size();
        if (rounds == 0 || failuresInARow % servers.size() != 0) {
            return 0;
        }
        long full = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS << Math.min(rounds - 1, 10));
        return full / 2 + random.nextLong(full / 2 + 1);
    }

    private InetSocketAddress resolved(InetSocketAddress server) {
        try {
            InetAddress[] addresses = InetAddress.getAllByName(server.getHostString());
            // A name with several addresses (localhost: IPv4 and IPv6) gets each of them in turn.
            InetAddress address = addresses[(failuresInARow / servers.size()) % addresses.length];
            return new InetSocketAddress(address, server.getPort());
        } catch (UnknownHostException e) {
            return server;
        }
    }
}
