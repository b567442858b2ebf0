// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli;

import static io.zabra.cli.CommandOption.flag;
import static io.zabra.cli.CommandOption.value;

import io.zabra.client.BlockingClient;
import io.zabra.client.ZabraClient;
import io.zabra.client.ZabraException;
import io.zabra.wire.client.CreateMode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Limits of subtrees: `setquota`, `listquota`, `delquota`.
final class QuotaCommands {

    private static final List<CommandOption> SET_OPTIONS = List.of(
            value("n", "num soft quota"),
            value("b", "bytes soft quota"),
            value("N", "num hard quota"),
            value("B", "bytes hard quota"));

    private static final List<CommandOption> DELETE_OPTIONS = List.of(
            flag("n", "num soft quota"),
            flag("b", "bytes soft quota"),
            flag("N", "num hard quota"),
            flag("B", "bytes hard quota"));

    static final List<ShellCommand> ALL = List.of(
            new ShellCommand("setquota", "-n|-b|-N|-B val path", 0, SET_OPTIONS, QuotaCommands::set),
            new ShellCommand("listquota", "path", 2, List.of(), QuotaCommands::list),
            new ShellCommand("delquota", "[-n|-b|-N|-B] path", 2, DELETE_OPTIONS, QuotaCommands::delete));

    private QuotaCommands() {}

    private static void set(Invocation call) throws ShellFailure, InterruptedException {
        CommandOption chosen = chosen(call, SET_OPTIONS);
        if (chosen == null) {
            throw new ShellFailure(SET_OPTIONS.stream()
                    .map(option -> "-" + option.name() + " " + option.description())
                    .collect(Collectors.joining(", ", "Missing required option: [", "]")));
        }
        if (call.words() < 2) {
            throw new ShellFailure("setquota -n|-b|-N|-B val path");
        }
        String path = call.word(1);
        if (path.startsWith(Quota.ROOT)) {
            call.err().println("cannot set a quota under the path: " + Quota.ROOT);
            return;
        }
        Quota wanted = Quota.unlimited();
        String complaint = limit(chosen, String.valueOf(call.line().value(chosen.name())), wanted);
        if (complaint != null) {
            call.err().println(complaint);
            return;
        }
        BlockingClient client = call.blocking();
        if (client.exists(path).isEmpty()) {
            throw new ShellFailure(path + " does not exist.");
        }
        checkBelow(client, path);
        checkAbove(client, path);
        store(call, path, wanted);
    }

    /// The only option given, or null.
    private static @Nullable CommandOption chosen(Invocation call, List<CommandOption> options) throws ShellFailure {
        CommandOption chosen = null;
        for (CommandOption option : options) {
            if (call.has(option.name())) {
                if (chosen != null) {
                    throw new ShellFailure("The option '" + option.name() + "' was specified but an option from this "
                            + "group has already been selected: '" + chosen.name() + "'");
                }
                chosen = option;
            }
        }
        return chosen;
    }

    /// Enters the limit; gives the complaint if it is not one.
    private static @Nullable String limit(CommandOption option, String text, Quota quota) {
        boolean nodes = option.name().equalsIgnoreCase("n");
        boolean hard = Character.isUpperCase(option.name().charAt(0));
        long limit;
        try {
            limit = nodes ? Integer.parseInt(text) : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return "NumberFormatException happens when parsing the option value";
        }
        if (nodes && limit <= 0) {
            return "the num quota must be greater than zero";
        }
        if (!nodes && limit < 0) {
            return "the bytes quota must be greater than or equal to zero";
        }
        quota.set(key(nodes, hard), limit);
        return null;
    }

    private static String key(boolean nodes, boolean hard) {
        if (nodes) {
            return hard ? Quota.COUNT_HARD : Quota.COUNT;
        }
        return hard ? Quota.BYTES_HARD : Quota.BYTES;
    }

    private static void checkBelow(BlockingClient client, String path) throws ShellFailure, InterruptedException {
        try {
            Tree.visit(client, Quota.ROOT + path, null, at -> {
                if (!at.equals(Quota.ROOT + path) && hasLimits(client, at)) {
                    throw new ShellFailure(
                            path + " has a child " + at.substring(Quota.ROOT.length()) + " which has a quota");
                }
            });
        } catch (ZabraException.NoNode e) {
            // No quota was ever set at or below this path.
            return;
        }
    }

    private static void checkAbove(BlockingClient client, String path) throws ShellFailure, InterruptedException {
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            String above = path.substring(0, slash);
            if (hasLimits(client, Quota.ROOT + above)) {
                throw new ShellFailure(path + " has a parent " + above + " which has a quota");
            }
        }
    }

    private static boolean hasLimits(BlockingClient client, String path) throws InterruptedException {
        try {
            return client.children(path).names().contains(Quota.LIMITS_NODE);
        } catch (ZabraException.NoNode e) {
            return false;
        }
    }

    private static void store(Invocation call, String path, Quota wanted) throws ShellFailure, InterruptedException {
        BlockingClient client = call.blocking();
        String at = Quota.ROOT;
        for (String name : path.split("/")) {
            if (!name.isEmpty()) {
                at = at + "/" + name;
                createIfAbsent(client, at);
            }
        }
        String limits = at + "/" + Quota.LIMITS_NODE;
        String usage = at + "/zookeeper_stats";
        if (client.exists(limits).isEmpty()) {
            client.create(limits, wanted.bytes(), CreateMode.PERSISTENT);
            client.create(usage, Quota.nothingUsed().bytes(), CreateMode.PERSISTENT);
            warn(call, wanted, Quota.parse(client.data(usage).data()));
            return;
        }
        Quota stored = Quota.parse(client.data(limits).data());
        for (String key : List.of(Quota.COUNT, Quota.BYTES, Quota.COUNT_HARD, Quota.BYTES_HARD)) {
            if (wanted.value(key) > -1) {
                stored.set(key, wanted.value(key));
            }
        }
        warn(call, stored, Quota.parse(client.data(usage).data()));
        client.setData(limits, stored.bytes(), ZabraClient.ANY_VERSION);
    }

    private static void createIfAbsent(BlockingClient client, String path) throws InterruptedException {
        if (client.exists(path).isPresent()) {
            return;
        }
        try {
            client.create(path, null, CreateMode.PERSISTENT);
        } catch (ZabraException.NodeExists e) {
            // Another client was faster, which is just as well.
            return;
        }
    }

    private static void warn(Invocation call, Quota limits, Quota usage) {
        long count = usage.value(Quota.COUNT);
        long bytes = usage.value(Quota.BYTES);
        if (limits.isBelow(Quota.COUNT, Quota.COUNT_HARD, count)) {
            call.out().println("[Warning]: the count quota you create is less than the existing count:" + count);
        }
        if (limits.isBelow(Quota.BYTES, Quota.BYTES_HARD, bytes)) {
            call.out().println("[Warning]: the bytes quota you create is less than the existing bytes:" + bytes);
        }
    }

    private static void list(Invocation call) throws ShellFailure, InterruptedException {
        String path = call.word(1);
        call.err().println("absolute path is " + Quota.limits(path));
        try {
            Quota limits = Quota.parse(call.blocking().data(Quota.limits(path)).data());
            Quota usage = Quota.parse(call.blocking().data(Quota.usage(path)).data());
            call.out().println("Output quota for " + path + " " + limits);
            call.out().println("Output stat for " + path + " " + usage);
        } catch (ZabraException.NoNode e) {
            call.err().println("quota for " + path + " does not exist.");
        }
    }

    private static void delete(Invocation call) throws ShellFailure, InterruptedException {
        CommandOption chosen = chosen(call, DELETE_OPTIONS);
        String path = call.word(1);
        BlockingClient client = call.blocking();
        try {
            if (client.exists(Quota.limits(path)).isEmpty()) {
                call.out().println("Quota does not exist for " + path);
                return;
            }
            Quota stored = Quota.parse(client.data(Quota.limits(path)).data());
            if (chosen == null) {
                deleteWhole(client, Quota.ROOT + path);
                return;
            }
            boolean nodes = chosen.name().equalsIgnoreCase("n");
            stored.set(key(nodes, Character.isUpperCase(chosen.name().charAt(0))), -1);
            client.setData(Quota.limits(path), stored.bytes(), ZabraClient.ANY_VERSION);
        } catch (ZabraException.NoNode e) {
            call.err().println("quota for " + path + " does not exist.");
        }
    }

    /// Deletes the znodes of a quota, then upwards what has become empty by that.
    private static void deleteWhole(BlockingClient client, String node) throws InterruptedException {
        for (String name : new ArrayList<>(client.children(node).names())) {
            client.delete(node + "/" + name, ZabraClient.ANY_VERSION);
        }
        String at = node;
        while (!at.equals(Quota.ROOT) && client.children(at).names().isEmpty()) {
            client.delete(at, ZabraClient.ANY_VERSION);
            at = at.substring(0, at.lastIndexOf('/'));
        }
    }
}
