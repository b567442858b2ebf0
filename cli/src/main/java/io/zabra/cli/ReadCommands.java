// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli;

import static io.zabra.cli.CommandOption.flag;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.zabra.client.Children;
import io.zabra.client.NodeAcl;
import io.zabra.client.NodeData;
import io.zabra.client.ZabraException;
import io.zabra.wire.data.Stat;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/// Commands that only look: `get`, `ls`, `stat`, `getAcl`, `getEphemerals`, `getAllChildrenNumber`, `sync`.
final class ReadCommands {

    private static final List<CommandOption> LS_OPTIONS =
            List.of(flag("?", "help"), flag("s", "stat"), flag("w", "watch"), flag("R", "recurse"));

    private static final List<CommandOption> GET_OPTIONS = List.of(
            flag("s", "Print znode stats additionally"),
            flag("w", "Watch for changes on the znode"),
            flag("b", "Output data in base64 format"),
            flag("x", "Output data in hexdump format"));

    static final List<ShellCommand> ALL = List.of(
            new ShellCommand("get", "[-s] [-w] [-b] [-x] path", 2, GET_OPTIONS, ReadCommands::get),
            new ShellCommand("ls", "[-s] [-w] [-R] path", 0, LS_OPTIONS, ReadCommands::ls),
            new ShellCommand("stat", "[-w] path", 2, List.of(flag("w", "watch")), ReadCommands::stat),
            new ShellCommand("getAcl", "[-s] path", 2, List.of(flag("s", "stats")), ReadCommands::acl),
            new ShellCommand("getEphemerals", "path", 0, List.of(), ReadCommands::ephemerals),
            new ShellCommand("getAllChildrenNumber", "path", 2, List.of(), ReadCommands::count),
            new ShellCommand("sync", "path", 2, List.of(), ReadCommands::sync));

    private ReadCommands() {}

    private static void get(Invocation typed) throws ShellFailure, InterruptedException {
        Invocation call = withOldWatch(typed, GET_OPTIONS, "get [-s] [-w] path");
        NodeData found = call.blocking().data(call.word(1), call.watcherIf("w"));
        byte[] data = found.data() == null ? "null".getBytes(UTF_8) : found.data();
        if (call.has("x")) {
            call.out().println(Printing.hexDump(data));
        } else if (call.has("b")) {
            call.out().println(Base64.getEncoder().encodeToString(data));
        } else {
            call.out().println(new String(data, UTF_8));
        }
        if (call.has("s")) {
            Printing.print(call.out(), found.stat());
        }
    }

    private static void ls(Invocation typed) throws ShellFailure, InterruptedException {
        if (typed.has("?")) {
            typed.out().println("usage: ls [options] path");
            typed.out().print(CommandOption.help(LS_OPTIONS));
        }
        Invocation call = withOldWatch(typed, LS_OPTIONS, "ls [-w] path");
        if (call.words() < 2) {
            throw new ShellFailure("ls [-s] [-w] [-R] path");
        }
        if (call.has("R")) {
            Tree.visit(call.blocking(), call.word(1), call.watcherIf("w"), call.out()::println);
            return;
        }
        Children found = call.blocking().children(call.word(1), call.watcherIf("w"));
        call.out().println(found.names().stream().sorted().collect(Collectors.joining(", ", "[", "]")));
        if (call.has("s")) {
            Printing.print(call.out(), found.stat());
        }
    }

    private static void stat(Invocation typed) throws ShellFailure, InterruptedException {
        Invocation call = withOldWatch(typed, List.of(flag("w", "watch")), "stat [-w] path");
        Stat stat = call.blocking()
                .exists(call.word(1), call.watcherIf("w"))
                .orElseThrow(() -> new ShellFailure("Node does not exist: " + call.word(1)));
        Printing.print(call.out(), stat);
    }

    /// `get path true` of old versions means `get -w path`.
    private static Invocation withOldWatch(Invocation call, List<CommandOption> options, String newForm)
            throws ShellFailure {
        if (call.words() <= 2) {
            return call;
        }
        String command = call.word(0);
        call.err().println("'" + command + " path [watch]' has been deprecated. Please use '" + newForm + "' instead.");
        // As zkCli does: the third word typed turns into the option, whatever it was.
        List<String> words = new ArrayList<>(call.typed());
        words.set(2, "-w");
        return call.with(CommandLine.parse(words, options));
    }

    private static void acl(Invocation call) throws InterruptedException {
        NodeAcl found = call.blocking().acl(call.word(1));
        Printing.print(call.out(), found.acl());
        if (call.has("s")) {
            Printing.print(call.out(), found.stat());
        }
    }

    private static void ephemerals(Invocation call) throws InterruptedException {
        call.out().println(call.blocking().ephemerals(call.words() < 2 ? "/" : call.word(1)));
    }

    private static void count(Invocation call) throws InterruptedException {
        call.out().println(call.blocking().descendantCount(call.word(1)));
    }

    private static void sync(Invocation call) throws InterruptedException {
        try {
            call.blocking().sync(call.word(1));
            call.out().println("Sync is OK");
        } catch (ZabraException e) {
            call.out().println("Sync has failed. rc=" + e.code().number());
        }
    }
}
