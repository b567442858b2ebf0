// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli;

import java.util.List;

/// A command: its name, what the help shows behind it, its options and what it does.
///
/// @param wordsMin words that must be there, the command's name included; otherwise the usage is shown
record ShellCommand(String name, String syntax, int wordsMin, List<CommandOption> options, Action action) {

    /// What a command does.
    @FunctionalInterface
    interface Action {
        void run(Invocation call) throws ShellFailure, InterruptedException;
    }

    ShellCommand {
        options = List.copyOf(options);
    }

    String usage() {
        return name + " " + syntax;
    }
}
