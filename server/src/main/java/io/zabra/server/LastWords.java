// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server;

import io.zabra.server.observe.Events;
import java.io.PrintStream;
import java.util.function.Consumer;

/// Ends the process at once when it can no longer be trusted, and says why: what is in memory may be wrong, and what is
/// on disk is complete. Any thread.
///
/// @param events gets a line with the cause, and the stack trace behind it
/// @param err gets a line for whoever looks there only, also when the log can no longer be written
/// @param end ends the process
record LastWords(Events events, PrintStream err, Runnable end) implements Consumer<Throwable> {

    /// The event.
    record ServerFailed(String cause) {}

    @Override
    public void accept(Throwable cause) {
        try {
            events.error(new ServerFailed(String.valueOf(cause)), cause);
            err.println("error: the server has to stop: " + cause);
        } finally {
            end.run();
        }
    }
}
