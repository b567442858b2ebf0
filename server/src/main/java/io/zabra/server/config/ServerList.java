// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The `server.<id>` lines.
///
/// `server.1=host:2888:3888[:participant|:observer][|more addresses][;[clientHost:]clientPort]`, with IPv6 addresses in
/// square brackets.
final class ServerList {

    /// One server.
    ///
    /// @param clientHost address of its client port; empty for all
    /// @param clientPort its client port; -1 if the line does not tell
    /// @param place where the line stands
    record Server(long id, boolean observer, String clientHost, int clientPort, String place) {}

    private ServerList() {}

    /// Reads the lines among the given values; wrong ones are reported there and left out.
    static List<Server> read(Values values) {
        var servers = new ArrayList<Server>();
        for (Map.Entry<String, Values.Value> entry : values.given().entrySet()) {
            if (entry.getKey().startsWith("server.") && isServer(entry.getKey())) {
                Server server = server(entry.getKey(), entry.getValue(), values);
                if (server != null) {
                    servers.add(server);
                }
            }
        }
        return servers;
    }

    /// Whether the key is of the family, not one of the settings whose names begin in the same way.
    private static boolean isServer(String key) {
        Setting row = Settings.ofKey(key);
        return row != null && row.isFamily();
    }

    private static @Nullable Server server(String key, Values.Value value, Values values) {
        Long id = Kind.Whole.parse(key.substring("server.".length()));
        if (id == null || id < 0) {
            values.reject(value.place(), key + ": the id of a server must be a whole number of at least 0");
            return null;
        }
        int semicolon = value.text().indexOf(';');
        String peers = semicolon < 0 ? value.text() : value.text().substring(0, semicolon);
        Boolean observer = null;
        for (String address : peers.split("\\|", -1)) {
            Boolean role = role(address);
            if (role == null || observer != null && !observer.equals(role)) {
                values.reject(
                        value.place(),
                        key + "=" + value.text()
                                + ": must look like host:2888:3888[:participant|:observer][;[host:]port]");
                return null;
            }
            observer = role;
        }
        List<String> client =
                semicolon < 0 ? List.of("", "-1") : parts(value.text().substring(semicolon + 1));
        String host = client.size() == 2 ? client.getFirst() : "";
        Long port = client.size() > 2 ? null : Kind.Whole.parse(client.getLast());
        if (port == null || semicolon >= 0 && port < 0 || port > 65_535) {
            values.reject(value.place(), key + "=" + value.text() + ": what follows ; must be [host:]port");
            return null;
        }
        return new Server(id, Boolean.TRUE.equals(observer), host, port.intValue(), value.place());
    }

    /// Whether an address is that of an observer; null if it is no address.
    private static @Nullable Boolean role(String address) {
        List<String> parts = parts(address);
        if (parts.size() < 3 || parts.size() > 4 || parts.getFirst().isEmpty()) {
            return null;
        }
        if (!isPort(parts.get(1)) || !isPort(parts.get(2)) || parts.get(1).equals(parts.get(2))) {
            return null;
        }
        return switch (parts.size() == 3 ? "participant" : parts.get(3).toLowerCase(Locale.ROOT)) {
            case "participant" -> false;
            case "observer" -> true;
            default -> null;
        };
    }

    private static boolean isPort(String text) {
        Long port = Kind.Whole.parse(text);
        return port != null && port > 0 && port <= 65_535;
    }

    /// Cuts at colons outside of square brackets, and takes the brackets off.
    private static List<String> parts(String text) {
        var parts = new ArrayList<String>();
        int from = 0;
        boolean bracket = false;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || text.charAt(i) == ':' && !bracket) {
                String part = text.substring(from, i).trim();
                boolean enclosed = part.length() > 1 && part.startsWith("[") && part.endsWith("]");
                parts.add(enclosed ? part.substring(1, part.length() - 1) : part);
                from = i + 1;
            } else if (text.charAt(i) == '[') {
                bracket = true;
            } else if (text.charAt(i) == ']') {
                bracket = false;
            }
        }
        return parts;
    }
}
