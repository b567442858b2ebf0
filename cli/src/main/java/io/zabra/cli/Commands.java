// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// All commands, by name. Those that deal with the shell itself are run by [Shell]; they stand here for the help.
final class Commands {

    /// Commands of the shell itself, with what the help shows behind them.
    private static final Map<String, String> OF_THE_SHELL = Map.of(
            "connect", "host:port",
            "history", "",
            "redo", "cmdno",
            "printwatches", "on|off",
            "quit", "");

    private static final SortedMap<String, ShellCommand> ON_NODES = new TreeMap<>();
    private static final SortedMap<String, String> SYNTAX = new TreeMap<>(OF_THE_SHELL);

    static {
        Stream.of(ReadCommands.ALL, WriteCommands.ALL, QuotaCommands.ALL, SessionCommands.ALL)
                .flatMap(List::stream)
                .forEach(command -> {
                    ON_NODES.put(command.name(), command);
                    SYNTAX.put(command.name(), command.syntax());
                });
    }

    private Commands() {}

    static boolean exists(String name) {
        return SYNTAX.containsKey(name);
    }

    /// The command with this name, unless it is one of the shell itself.
    static Optional<ShellCommand> find(String name) {
        return Optional.ofNullable(ON_NODES.get(name));
    }

    static List<String> names() {
        return List.copyOf(SYNTAX.keySet());
    }

    static String usageOf(String name) {
        return Objects.requireNonNull(ON_NODES.get(name)).usage();
    }

    /// The list of all commands.
    static String help() {
        StringBuilder lines =
                new StringBuilder("ZooKeeper -server host:port -client-configuration properties-file cmd args\n");
        SYNTAX.forEach((name, syntax) ->
                lines.append('\t').append(name).append(' ').append(syntax).append('\n'));
        return lines.toString();
    }
}
