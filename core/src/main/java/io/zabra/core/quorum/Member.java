// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.quorum;

import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.quorum.HostPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A server of the ensemble. Apache: `QuorumPeer.QuorumServer`.
///
/// `addresses` are sorted and differ from each other; there is one at least. `client` is where it listens to clients,
/// null when the membership does not tell. A value that exists is valid: constructors throw
/// [MalformedPacketException].
public record Member(
        long sid,
        Role role,
        List<PeerAddress> addresses,
        @Nullable HostPort client) {

    /// Whether a server votes.
    public enum Role {
        PARTICIPANT,
        OBSERVER;

        /// The role of that name, in letters of any case.
        static Role parse(String name) {
            return switch (name.strip().toLowerCase(Locale.ROOT)) {
                case "participant" -> PARTICIPANT;
                case "observer" -> OBSERVER;
                default ->
                    throw new MalformedPacketException("'" + name + "' is neither a port nor participant or observer");
            };
        }

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Addresses of one server: each is dialled, and each makes the text longer.
    private static final int ADDRESSES_MAX = 16;

    /// Apache's: the host when only the port for clients is given.
    private static final String ANY_HOST = "0.0.0.0";

    public Member {
        if (sid < 0) {
            throw new MalformedPacketException("server id " + sid + " is below 0");
        }
        addresses = List.copyOf(new TreeSet<>(addresses));
        if (addresses.isEmpty() || addresses.size() > ADDRESSES_MAX) {
            throw new MalformedPacketException("server " + sid + " with " + addresses.size() + " addresses");
        }
    }

    /// Whether it votes.
    public boolean participant() {
        return role == Role.PARTICIPANT;
    }

    /// Reads what stands behind `server.<sid>=`: addresses divided by `|`, each perhaps with the role, then perhaps `;`
    /// and the client address or port.
    ///
    /// Apache 3.10 adds a second `;` with the address for clients that use TLS. It is accepted and dropped: a server of
    /// 3.9 would refuse the text.
    public static Member parse(long sid, String text) {
        String[] parts = text.split(";");
        if (parts.length == 0 || parts.length > 3) {
            throw new MalformedPacketException("server " + sid + " is '" + text + "', not addresses;client");
        }
        HostPort client = parts.length > 1 && !parts[1].isBlank() ? client(parts[1].strip()) : null;
        if (parts.length > 2 && !parts[2].isBlank()) {
            client(parts[2].strip());
        }
        Role role = null;
        List<PeerAddress> addresses = new ArrayList<>();
        for (String part : parts[0].strip().split("\\|", -1)) {
            String address = part;
            int colon = part.lastIndexOf(':');
            if (colon >= 0 && !isPort(part.substring(colon + 1))) {
                Role named = Role.parse(part.substring(colon + 1));
                if (role != null && role != named) {
                    throw new MalformedPacketException("server " + sid + " is both participant and observer");
                }
                role = named;
                address = part.substring(0, colon);
            }
            addresses.add(PeerAddress.parse(address));
        }
        return new Member(sid, role == null ? Role.PARTICIPANT : role, addresses, client);
    }

    /// What [#parse(long, String)] reads, in the form that Apache 3.9 writes.
    public String text() {
        StringBuilder text = new StringBuilder();
        for (PeerAddress address : addresses) {
            text.append(text.isEmpty() ? "" : "|").append(address.text());
        }
        text.append(':').append(role.text());
        if (client != null) {
            text.append(';').append(client.text());
        }
        return text.toString();
    }

    private static boolean isPort(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static HostPort client(String text) {
        return text.indexOf(':') < 0 ? new HostPort(ANY_HOST, HostPort.port(text)) : HostPort.parse(text);
    }
}
