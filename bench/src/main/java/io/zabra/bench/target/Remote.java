// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.target;

import io.zabra.bench.measure.Listener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/// A server that runs already. Its CPU and memory are measured if it runs on this machine.
public record Remote(InetSocketAddress address) implements Target {

    @Override
    public String name() {
        return address.getHostString() + ":" + address.getPort();
    }

    @Override
    public RunningEnsemble start(ServerSettings settings, int members) throws IOException {
        if (members > 1) {
            throw new IOException("this scenario needs an ensemble that the benchmark starts itself");
        }
        long pid = address.getAddress() != null && address.getAddress().isLoopbackAddress()
                ? Listener.pidOf(address.getPort()).orElse(RunningServer.NO_PID)
                : RunningServer.NO_PID;
        return new RunningEnsemble(List.of(RunningServer.foreign(address, pid, settings.jdk())));
    }

    /// Parses `host:port`.
    public static Remote parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1 || !text.substring(colon + 1).matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException("'" + text + "' is neither a known target nor host:port");
        }
        return new Remote(new InetSocketAddress(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1))));
    }
}
