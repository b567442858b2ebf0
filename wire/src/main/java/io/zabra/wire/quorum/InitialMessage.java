// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.quorum;

import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.WireReader;
import io.zabra.wire.WireRecord;
import io.zabra.wire.WireWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The first bytes on a connection of the election: who dialled, and where it can be dialled back.
///
/// `addresses` may be empty: wildcards are of no use to others and dropped when read, and servers before Apache 3.5
/// send none; theirs is version 0, their id alone. Receivers of Apache read the message in one go, so a sender has to
/// put it into a single write.
public record InitialMessage(long protocolVersion, long sid, List<HostPort> addresses) implements WireRecord {

    /// The form that all servers since 3.5 read: one address.
    public static final long VERSION_1 = -65_536;

    /// Several addresses, divided by `|`. Servers before 3.6 close the connection.
    public static final long VERSION_2 = -65_535;

    /// The version that stands for the form of servers before 3.5.
    public static final long NO_VERSION = 0;

    private static final int ADDRESSES_LENGTH_MAX = 2048;

    private static final int HEAD = Long.BYTES + Long.BYTES + Integer.BYTES;

    /// What is sent in place of no address: receivers drop it.
    private static final String NO_ADDRESS = "0.0.0.0:0";

    public InitialMessage {
        checkVersion(protocolVersion);
        addresses = List.copyOf(addresses);
        checkLength(text(addresses).length());
    }

    /// The message that all servers understand.
    public static InitialMessage of(long sid, HostPort address) {
        return new InitialMessage(VERSION_1, sid, List.of(address));
    }

    /// Length of the message that starts at `from`, or -1 if it is not known before more bytes than those up to `to`
    /// have come.
    public static int framedLength(byte[] bytes, int from, int to) {
        WireReader in = new WireReader(bytes, from, to);
        if (in.remaining() < Long.BYTES) {
            return -1;
        }
        long first = in.int64();
        if (first >= 0) {
            return Long.BYTES;
        }
        checkVersion(first);
        if (to - from < HEAD) {
            return -1;
        }
        in.int64();
        int length = HEAD + checkLength(in.int32());
        return to - from < length ? -1 : length;
    }

    public static InitialMessage read(WireReader in) {
        long first = in.int64();
        if (first >= 0) {
            return new InitialMessage(NO_VERSION, first, List.of());
        }
        checkVersion(first);
        long sid = in.int64();
        checkLength(in.peekInt32());
        List<HostPort> addresses = new ArrayList<>();
        for (String text : in.string().split("\\|", -1)) {
            HostPort address = HostPort.parse(text);
            if (!isWildcard(address.host())) {
                addresses.add(address);
            }
        }
        return new InitialMessage(first, sid, addresses);
    }

    @Override
    public void write(WireWriter out) {
        if (protocolVersion == NO_VERSION) {
            out.int64(sid);
        } else {
            out.int64(protocolVersion).int64(sid).string(text(addresses));
        }
    }

    private static String text(List<HostPort> addresses) {
        return addresses.isEmpty()
                ? NO_ADDRESS
                : String.join("|", addresses.stream().map(HostPort::text).toList());
    }

    /// Literals alone, no name is looked up: all digits are 0, whatever the notation.
    private static boolean isWildcard(String host) {
        String literal = host.toLowerCase(Locale.ROOT);
        String zeros = literal.startsWith("::ffff:") ? literal.substring("::ffff:".length()) : literal;
        return !zeros.isEmpty() && zeros.chars().allMatch(c -> c == '0' || c == '.' || c == ':');
    }

    private static void checkVersion(long version) {
        if (version != VERSION_1 && version != VERSION_2 && version != NO_VERSION) {
            throw new MalformedPacketException("initial message of version " + version);
        }
    }

    private static int checkLength(int length) {
        if (length <= 0 || length > ADDRESSES_LENGTH_MAX) {
            throw new MalformedPacketException("addresses of " + length + " bytes in an initial message");
        }
        return length;
    }
}
