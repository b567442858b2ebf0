// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.quorum;

import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.quorum.HostPort;

/// One network address of a server for its peers: the port on which it serves learners while it leads, and the port of
/// the election.
public record PeerAddress(String host, int quorumPort, int electionPort) implements Comparable<PeerAddress> {

    public PeerAddress {
        HostPort quorum = new HostPort(host, quorumPort);
        HostPort election = new HostPort(host, electionPort);
        if (quorum.port() == election.port()) {
            throw new MalformedPacketException("quorum port and election port are both " + quorumPort);
        }
    }

    /// Where learners connect while this server leads.
    public HostPort quorum() {
        return new HostPort(host, quorumPort);
    }

    /// Where votes go to.
    public HostPort election() {
        return new HostPort(host, electionPort);
    }

    /// Reads `host:quorumPort:electionPort`; literals of IPv6 stand in brackets.
    static PeerAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new MalformedPacketException("server address '" + text + "' is not host:port:port");
        }
        if (text.substring(0, colon).indexOf(':', text.lastIndexOf(']', colon) + 1) < 0) {
            throw new MalformedPacketException("the election port is missing in '" + text + "'");
        }
        HostPort quorum = HostPort.parse(text.substring(0, colon));
        return new PeerAddress(quorum.host(), quorum.port(), HostPort.port(text.substring(colon + 1)));
    }

    /// What [#parse(String)] reads.
    String text() {
        return quorum().text() + ":" + electionPort;
    }

    /// By host, as the addresses of one server are ordered in texts.
    @Override
    public int compareTo(PeerAddress other) {
        int byHost = host.compareTo(other.host);
        if (byHost != 0) {
            return byHost;
        }
        int byQuorumPort = Integer.compare(quorumPort, other.quorumPort);
        return byQuorumPort != 0 ? byQuorumPort : Integer.compare(electionPort, other.electionPort);
    }
}
