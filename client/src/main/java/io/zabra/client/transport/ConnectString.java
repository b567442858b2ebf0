// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.client.transport;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/// The servers of an ensemble and the part of the tree to work in, as users write it: `host:port,host:port/chroot`.
///
/// A port that is left out is 2181. IPv6 addresses stand in brackets: `[::1]:2181`.
///
/// @param servers unresolved addresses, at least one, in the order of the text
/// @param chroot empty, or a path without a slash at its end, put in front of all paths
public record ConnectString(List<InetSocketAddress> servers, String chroot) {

    private static final int DEFAULT_PORT = 2181;
    private static final int MAX_PORT = 65_535;

    public ConnectString {
        servers = List.copyOf(servers);
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("A connect string needs at least one server");
        }
    }

    /// Reads the text; throws [IllegalArgumentException] with the reason if it is not one.
    public static ConnectString parse(String text) {
        int slash = text.indexOf('/');
        String hosts = slash < 0 ? text : text.substring(0, slash);
        String chroot = slash < 0 ? "" : text.substring(slash);
        if (chroot.equals("/")) {
            chroot = "";
        }
        List<InetSocketAddress> servers = new ArrayList<>();
        for (String part : hosts.split(",")) {
            String server = part.trim();
            if (!server.isEmpty()) {
                servers.add(server(server));
            }
        }
        return new ConnectString(servers, chroot);
    }

    private static InetSocketAddress server(String text) {
        int hostEnd = text.startsWith("[") ? text.indexOf(']') + 1 : Math.max(text.lastIndexOf(':'), 0);
        if (text.startsWith("[") && hostEnd == 0) {
            throw new IllegalArgumentException("No ] in server " + text);
        }
        if (hostEnd == 0 || hostEnd == text.length()) {
            return InetSocketAddress.createUnresolved(unbracketed(text), DEFAULT_PORT);
        }
        if (text.charAt(hostEnd) != ':') {
            throw new IllegalArgumentException("No port after ] in server " + text);
        }
        return InetSocketAddress.createUnresolved(
                unbracketed(text.substring(0, hostEnd)), port(text, text.substring(hostEnd + 1)));
    }

    private static int port(String server, String text) {
        try {
            int port = Integer.parseInt(text);
            if (port > 0 && port <= MAX_PORT) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("Port of server " + server + " is not a number", e);
        }
        throw new IllegalArgumentException("Port of server " + server + " must be between 1 and " + MAX_PORT);
    }

    private static String unbracketed(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
