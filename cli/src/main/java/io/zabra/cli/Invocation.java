// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli;

import io.zabra.client.BlockingClient;
import io.zabra.client.Watcher;
import io.zabra.client.ZabraClient;
import java.io.PrintStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One run of a command: what was typed, and where to work and to write.
///
/// @param typed all words, the command first
/// @param line the same, sorted into options and the rest
/// @param io where results and complaints go
record Invocation(List<String> typed, CommandLine line, ZabraClient client, Watcher watcher, Output io) {

    /// Where results and complaints go.
    record Output(PrintStream out, PrintStream err) {}

    PrintStream out() {
        return io.out();
    }

    PrintStream err() {
        return io.err();
    }

    /// The same with other options.
    Invocation with(CommandLine other) {
        return new Invocation(typed, other, client, watcher, io);
    }

    BlockingClient blocking() {
        return client.blocking();
    }

    /// The word at this place; the command itself is at 0.
    String word(int at) {
        return line.words().get(at);
    }

    int words() {
        return line.words().size();
    }

    boolean has(String option) {
        return line.has(option);
    }

    /// The watcher if the option for it is given.
    @Nullable
    Watcher watcherIf(String option) {
        return has(option) ? watcher : null;
    }

    /// The value of an option as a number, or `absent`.
    int number(String option, int absent) throws ShellFailure {
        String value = line.value(option);
        if (value == null) {
            return absent;
        }
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new ShellFailure("-" + option + " must be a number, not " + value);
        }
    }
}
