// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.client.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// Why a client has no connection: the server that it had or tried, and what went wrong there.
public final class LostConnection extends IOException {

    private static final long serialVersionUID = 1L;

    private LostConnection(String message, Throwable cause) {
        super(message, cause);
    }

    public static LostConnection to(@Nullable InetSocketAddress server, Exception reason) {
        String where = server == null ? "any server" : server.getHostString() + ":" + server.getPort();
        String why = reason.getMessage() == null ? reason.toString() : reason.getMessage();
        return new LostConnection("No connection to " + where + ": " + why, reason);
    }
}
