// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.quorum;

import io.zabra.wire.MalformedPacketException;

/// Where a server listens: a host, which is a name or a literal address, and a port from 0 to 65535. A value of this
/// type can always be written into the text of a membership and read back.
public record HostPort(String host, int port) {

    /// Characters of the longest host: that of a name in the DNS.
    private static final int HOST_LENGTH_MAX = 255;

    private static final int PORT_MAX = 65_535;

    /// Characters that divide the parts of a membership's text.
    private static final String RESERVED = "|;[]=\\";

    public HostPort {
        checkHost(host);
        checkPort(port);
    }

    /// Reads `host:port`; literals of IPv6 stand in brackets.
    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new MalformedPacketException("no port in address '" + text + "'");
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw new MalformedPacketException("address '" + text + "' is not host:port; IPv6 needs brackets");
        }
        return new HostPort(host, port(text.substring(colon + 1)));
    }

    /// Reads the number of a port.
    public static int port(String digits) {
        try {
            return checkPort(Integer.parseInt(digits));
        } catch (NumberFormatException e) {
            throw new MalformedPacketException("port '" + digits + "' is no number");
        }
    }

    /// The host as it stands before a colon: literals of IPv6 in brackets.
    public String delimitedHost() {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }

    /// What [#parse(String)] reads.
    public String text() {
        return delimitedHost() + ":" + port;
    }

    private static void checkHost(String host) {
        if (host.isEmpty() || host.length() > HOST_LENGTH_MAX) {
            throw new MalformedPacketException("host of " + host.length() + " characters");
        }
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c <= ' ' || c >= 0x7f || RESERVED.indexOf(c) >= 0) {
                throw new MalformedPacketException("host '" + host + "'");
            }
        }
    }

    private static int checkPort(int port) {
        if (port < 0 || port > PORT_MAX) {
            throw new MalformedPacketException("port " + port + " is not from 0 to " + PORT_MAX);
        }
        return port;
    }
}
