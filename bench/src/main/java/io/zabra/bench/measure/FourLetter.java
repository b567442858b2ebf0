// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.measure;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;

/// Asks a server a four-letter word.
public final class FourLetter {

    private static final int TIMEOUT_MS = 5_000;

    private FourLetter() {}

    public static String ask(InetSocketAddress server, String word) throws IOException {
        try (var socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MS);
            socket.connect(server, TIMEOUT_MS);
            socket.getOutputStream().write(word.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /// The numeric lines of `mntr` by key.
    public static SortedMap<String, Double> mntr(InetSocketAddress server) throws IOException {
        return parse(ask(server, "mntr"));
    }

    /// The lines of `srvr` by what stands before the colon: `Mode`, `Zxid` and others.
    public static SortedMap<String, String> srvr(InetSocketAddress server) throws IOException {
        SortedMap<String, String> values = new TreeMap<>();
        for (String line : ask(server, "srvr").split("\n")) {
            int colon = line.indexOf(": ");
            if (colon > 0) {
                values.put(line.substring(0, colon), line.substring(colon + 2));
            }
        }
        return values;
    }

    static SortedMap<String, Double> parse(String mntr) {
        SortedMap<String, Double> values = new TreeMap<>();
        for (String line : mntr.split("\n")) {
            int tab = line.indexOf('\t');
            if (tab > 0 && line.substring(tab + 1).matches("-?[0-9]+(\\.[0-9]+)?")) {
                values.put(line.substring(0, tab), Double.valueOf(line.substring(tab + 1)));
            }
        }
        return values;
    }
}
