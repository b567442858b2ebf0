// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli;

import static io.zabra.cli.CommandOption.flag;
import static io.zabra.cli.CommandOption.value;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.zabra.client.NodeData;
import io.zabra.client.WatchKind;
import io.zabra.client.ZabraException;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Commands about the session, its watches and the ensemble.
final class SessionCommands {

    private static final String RECONFIG_SYNTAX = "[-s] [-v version] [[-file path] | "
            + "[-members serverID=host:port1:port2;port3[,...]*]] | "
            + "[-add serverId=host:port1:port2;port3[,...]]* [-remove serverId[,...]*]";

    static final List<ShellCommand> ALL = List.of(
            new ShellCommand("addauth", "scheme auth", 2, List.of(), SessionCommands::addAuth),
            new ShellCommand("whoami", "", 0, List.of(), SessionCommands::whoAmI),
            new ShellCommand("close", "", 0, List.of(), call -> call.client().close()),
            new ShellCommand("version", "", 0, List.of(), SessionCommands::version),
            new ShellCommand(
                    "addWatch",
                    "[-m mode] path # optional mode is one of [PERSISTENT, PERSISTENT_RECURSIVE]"
                            + " - default is PERSISTENT_RECURSIVE",
                    2,
                    List.of(value("m", "")),
                    SessionCommands::addWatch),
            new ShellCommand(
                    "removewatches",
                    "path [-c|-d|-a] [-l]",
                    2,
                    List.of(
                            flag("c", "child watcher type"),
                            flag("d", "data watcher type"),
                            flag("p", "persistent watcher type"),
                            flag("r", "persistent recursive watcher type"),
                            flag("a", "any watcher type"),
                            flag("l", "remove locally when there is no server connection")),
                    SessionCommands::removeWatches),
            new ShellCommand(
                    "config",
                    "[-c] [-w] [-s]",
                    1,
                    List.of(flag("s", "stats"), flag("w", "watch"), flag("c", "client connection string")),
                    SessionCommands::config),
            new ShellCommand(
                    "reconfig",
                    RECONFIG_SYNTAX,
                    0,
                    List.of(
                            flag("s", "stats"),
                            value("v", "required current config version"),
                            value("file", "path of config file to parse for membership"),
                            value("members", "comma-separated list of config strings for non-incremental reconfig"),
                            value("add", "comma-separated list of config strings for new servers"),
                            value("remove", "comma-separated list of server IDs to remove")),
                    SessionCommands::reconfig));

    private SessionCommands() {}

    private static void addAuth(Invocation call) throws InterruptedException {
        byte[] auth = call.words() > 2 ? call.word(2).getBytes(UTF_8) : null;
        try {
            call.blocking().addAuth(call.word(1), auth);
        } catch (ZabraException e) {
            // The state of the session, which is shown, tells it; zkCli does not wait for the answer at all.
            return;
        }
    }

    private static void whoAmI(Invocation call) throws InterruptedException {
        var clients = call.blocking().whoAmI();
        call.out().println("Auth scheme: User");
        clients.forEach(client -> call.out().println(client.scheme() + ": " + client.user()));
    }

    private static void version(Invocation call) throws ShellFailure {
        if (call.words() > 1) {
            throw new ShellFailure("version ");
        }
        call.out().println("ZooKeeper CLI version: 3.9.5 (Zabra " + Main.Version.own() + ")");
    }

    private static void addWatch(Invocation call) throws ShellFailure, InterruptedException {
        String mode = call.line().value("m");
        WatchKind kind = WatchKind.PERSISTENT_RECURSIVE;
        if (mode != null && mode.toUpperCase(Locale.ROOT).equals("PERSISTENT")) {
            kind = WatchKind.PERSISTENT;
        } else if (mode != null && !mode.toUpperCase(Locale.ROOT).equals("PERSISTENT_RECURSIVE")) {
            throw new ShellFailure(Commands.usageOf("addWatch"));
        }
        if (call.words() != 2) {
            throw new ShellFailure(Commands.usageOf("addWatch"));
        }
        call.blocking().watch(call.word(1), kind, call.watcher());
    }

    private static void removeWatches(Invocation call) throws InterruptedException {
        WatchKind kind = WatchKind.ANY;
        if (call.has("c")) {
            kind = WatchKind.CHILDREN;
        } else if (call.has("d")) {
            kind = WatchKind.DATA;
        } else if (call.has("p")) {
            kind = WatchKind.PERSISTENT;
        } else if (call.has("r")) {
            kind = WatchKind.PERSISTENT_RECURSIVE;
        }
        call.blocking().removeWatches(call.word(1), kind, call.has("l"));
    }

    private static void config(Invocation call) throws ShellFailure, InterruptedException {
        NodeData found = call.blocking().config(call.watcherIf("w"));
        String text = found.data() == null ? "null" : found.text();
        call.out().println(call.has("c") ? clientAddresses(text) : text);
        if (call.has("s")) {
            Printing.print(call.out(), found.stat());
        }
    }

    /// The version of a configuration and where its servers listen for clients.
    private static String clientAddresses(String config) throws ShellFailure {
        Properties lines = load(new StringReader(config), "the configuration");
        StringBuilder addresses = new StringBuilder();
        boolean first = true;
        // In the order of `Properties`, as zkCli lists them.
        for (Object key : lines.keySet()) {
            String name = key.toString().trim();
            if (name.startsWith("server.")) {
                addresses
                        .append(first ? "" : ",")
                        .append(clientAddress(lines.getProperty(name).trim()));
                first = false;
            }
        }
        return lines.getProperty("version", "").trim() + " " + addresses;
    }

    private static String clientAddress(String server) {
        int semicolon = server.lastIndexOf(';');
        if (semicolon < 0) {
            return "";
        }
        String address = server.substring(semicolon + 1);
        return address.indexOf(':') < 0 ? "0.0.0.0:" + address : address;
    }

    private static void reconfig(Invocation call) throws ShellFailure, InterruptedException {
        boolean whole = call.has("file") || call.has("members");
        boolean steps = call.has("add") || call.has("remove");
        if (!whole && !steps) {
            throw new ShellFailure(Commands.usageOf("reconfig"));
        }
        long version = configVersion(call.line().value("v"));
        if (whole && steps) {
            throw new ShellFailure("Can't use -file or -members together with -add or -remove (mixing incremental"
                    + " and non-incremental modes is not allowed)");
        }
        if (call.has("file") && call.has("members")) {
            throw new ShellFailure("Can't use -file and -members together (conflicting non-incremental modes)");
        }
        String file = call.line().value("file");
        String members = file == null ? lower(call.line().value("members")) : membersIn(Path.of(file));
        NodeData now = call.blocking()
                .reconfigure(lower(call.line().value("add")), lower(call.line().value("remove")), members, version);
        call.out().println("Committed new configuration:\n" + now.text());
        if (call.has("s")) {
            Printing.print(call.out(), now.stat());
        }
    }

    private static long configVersion(@Nullable String hex) throws ShellFailure {
        try {
            return hex == null ? -1 : Long.parseLong(hex, 16);
        } catch (NumberFormatException e) {
            throw new ShellFailure("-v must be followed by a long (configuration version)");
        }
    }

    private static @Nullable String lower(@Nullable String text) {
        return text == null ? null : text.toLowerCase(Locale.ROOT);
    }

    /// The lines about members of a configuration file.
    private static String membersIn(Path file) throws ShellFailure {
        Properties lines;
        try (Reader in = Files.newBufferedReader(file)) {
            lines = load(in, file.toString());
        } catch (IOException e) {
            throw new ShellFailure("Error processing " + file + ": " + e);
        }
        TreeMap<String, String> members = new TreeMap<>();
        for (String name : lines.stringPropertyNames()) {
            if (name.startsWith("server.") || name.startsWith("group.") || name.startsWith("weight.")) {
                members.put(name, lines.getProperty(name));
            }
        }
        return members.entrySet().stream()
                .map(line -> line.getKey() + "=" + line.getValue())
                .collect(Collectors.joining("\n"));
    }

    private static Properties load(Reader in, String what) throws ShellFailure {
        Properties lines = new Properties();
        try {
            lines.load(in);
        } catch (IOException | IllegalArgumentException e) {
            throw new ShellFailure("Error processing " + what + ": " + e);
        }
        return lines;
    }
}
