// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli;

import java.time.Instant;
import org.jline.reader.impl.history.DefaultHistory;

/// The lines that a user has typed, for the arrow keys and, across sessions, in a file.
///
/// Lines with `addauth` are in neither: they hold passwords.
final class TypedHistory extends DefaultHistory {

    @Override
    public void add(Instant time, String line) {
        if (!mayHoldPassword(line)) {
            super.add(time, line);
        }
    }

    /// Misspelt and misplaced ones too: the password has been typed all the same.
    private static boolean mayHoldPassword(String line) {
        return CommandLine.split(line).stream().anyMatch(word -> word.equalsIgnoreCase("addauth"));
    }
}
