// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/// Ports on loopback for servers that are to be started. None is given twice, nor is one that the kernel might give to
/// a connection or to a test meanwhile.
public final class FreePorts {

    private static final int FIRST = 14_000;

    /// Where the kernel's own begin.
    private static final int END = 32_000;

    private static final AtomicInteger LAST =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(END - FIRST));

    private FreePorts() {}

    /// A port that nobody has now.
    public static int next() {
        for (int i = FIRST; i < END; i++) {
            int port = FIRST + Math.floorMod(LAST.incrementAndGet(), END - FIRST);
            try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return port;
            } catch (IOException taken) {
                continue;
            }
        }
        throw new IllegalStateException("no port is free");
    }
}
