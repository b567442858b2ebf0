// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.peer;

import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.util.Locale;

/// Says in plain words why a connection was not made, or broke. The texts of exceptions name system calls and numbers.
final class SocketCause {

    private SocketCause() {}

    static String of(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        String text = message.toLowerCase(Locale.ROOT);
        if (cause instanceof NoRouteToHostException || text.contains("no route") || text.contains("unreachable")) {
            return "there is no way to its host";
        }
        if (cause instanceof BindException || text.contains("in use")) {
            return "the port is in use, or the address is not of this machine";
        }
        if (text.contains("timed out")) {
            return "no answer in time";
        }
        if (cause instanceof ConnectException || text.contains("refused")) {
            return "nobody listens there (connection refused)";
        }
        if (text.contains("reset") || text.contains("broken pipe")) {
            return "it has closed the connection";
        }
        return message;
    }
}
