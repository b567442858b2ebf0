// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Asks Linux to wake the calling thread when it asked for, not up to 50 us later (the default timer slack). Elsewhere,
/// or without permission, it does nothing: the pacer's lag then shows in the result.
final class TimerSlack {

    private TimerSlack() {}

    static boolean minimise() {
        try {
            Path thread = Files.readSymbolicLink(Path.of("/proc/thread-self"));
            Files.writeString(Path.of("/proc", thread.getFileName().toString(), "timerslack_ns"), "1");
            return true;
        } catch (IOException | SecurityException _) {
            return false;
        }
    }
}
