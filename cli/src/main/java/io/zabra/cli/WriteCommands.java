// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli;

import static io.zabra.cli.CommandOption.flag;
import static io.zabra.cli.CommandOption.value;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.zabra.client.BlockingClient;
import io.zabra.client.Created;
import io.zabra.client.ZabraClient;
import io.zabra.client.ZabraException;
import io.zabra.wire.client.CreateMode;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.ErrorCode;
import io.zabra.wire.data.Stat;
import java.util.Base64;
import java.util.List;

/// Commands that change znodes: `create`, `set`, `setAcl`, `delete`, `deleteall`.
final class WriteCommands {

    private static final int DELETE_BATCH = 1_000;
    private static final long TTL_MS_MAX = (1L << 40) - 1;

    static final List<ShellCommand> ALL = List.of(
            new ShellCommand(
                    "create",
                    "[-s] [-e] [-c] [-t ttl] path [data] [acl]",
                    2,
                    List.of(flag("e", "ephemeral"), flag("s", "sequential"), flag("c", "container"), value("t", "ttl")),
                    WriteCommands::create),
            new ShellCommand(
                    "set",
                    "path data [-s] [-v version] [-b]",
                    3,
                    List.of(
                            flag("s", "Print znode stats additionally"),
                            value("v", "Set with an expected version"),
                            flag("b", "Supply data in base64 format")),
                    WriteCommands::set),
            new ShellCommand(
                    "setAcl",
                    "[-s] [-v version] [-R] path acl",
                    3,
                    List.of(flag("s", "stats"), value("v", "version"), flag("R", "recursive")),
                    WriteCommands::setAcl),
            new ShellCommand("delete", "[-v version] path", 2, List.of(value("v", "version")), WriteCommands::delete),
            new ShellCommand(
                    "deleteall",
                    "path [-b batch size]",
                    2,
                    List.of(value("b", "batch size")),
                    WriteCommands::deleteAll));

    private WriteCommands() {}

    private static void create(Invocation call) throws ShellFailure, InterruptedException {
        long ttlMs = ttlMs(call);
        CreateMode mode = mode(call);
        String path = call.word(1);
        byte[] data = call.words() > 2 ? call.word(2).getBytes(UTF_8) : null;
        List<Acl> acl = call.words() > 3 ? AclText.parse(call.word(3), call.err()) : Acl.OPEN;
        if (acl.isEmpty()) {
            call.err().println("KeeperErrorCode = InvalidACL");
            throw new ShellFailure("Acl is not valid : null");
        }
        BlockingClient client = call.blocking();
        try {
            Created created = mode.isTtl()
                    ? client.createWithTtl(path, data, mode, acl, ttlMs)
                    : client.create(path, data, mode, acl);
            call.err().println("Created " + created.path());
        } catch (ZabraException e) {
            if (e.code() == ErrorCode.EPHEMERAL_ON_LOCAL_SESSION) {
                call.err().println("Unable to create ephemeral node on a local session");
            } else if (e.code() == ErrorCode.INVALID_ACL) {
                call.err().println(e.getMessage());
            }
            throw e;
        }
    }

    /// The TTL, or 0 if none is given. Complaints come in zkCli's order.
    private static long ttlMs(Invocation call) throws ShellFailure {
        if (call.has("c") && (call.has("e") || call.has("s"))) {
            throw new ShellFailure(
                    "-c cannot be combined with -s or -e. Containers cannot be ephemeral or sequential.");
        }
        String text = call.line().value("t");
        if (text == null) {
            return 0;
        }
        long ttlMs;
        try {
            ttlMs = Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new ShellFailure("-t argument must be a long value");
        }
        if (call.has("e")) {
            throw new ShellFailure("TTLs cannot be used with Ephemeral znodes");
        }
        if (call.has("c")) {
            throw new ShellFailure("TTLs cannot be used with Container znodes");
        }
        if (ttlMs <= 0 || ttlMs > TTL_MS_MAX) {
            throw new ShellFailure("ttl must be positive and cannot be larger than: " + TTL_MS_MAX);
        }
        return ttlMs;
    }

    private static CreateMode mode(Invocation call) {
        if (call.has("c")) {
            return CreateMode.CONTAINER;
        }
        boolean sequential = call.has("s");
        if (call.has("e")) {
            return sequential ? CreateMode.EPHEMERAL_SEQUENTIAL : CreateMode.EPHEMERAL;
        }
        if (call.has("t")) {
            return sequential ? CreateMode.PERSISTENT_SEQUENTIAL_WITH_TTL : CreateMode.PERSISTENT_WITH_TTL;
        }
        return sequential ? CreateMode.PERSISTENT_SEQUENTIAL : CreateMode.PERSISTENT;
    }

    private static void set(Invocation call) throws ShellFailure, InterruptedException {
        String text = call.word(2);
        byte[] data = call.has("b") ? Base64.getDecoder().decode(text) : text.getBytes(UTF_8);
        Stat stat = call.blocking().setData(call.word(1), data, call.number("v", ZabraClient.ANY_VERSION));
        if (call.has("s")) {
            Printing.print(call.out(), stat);
        }
    }

    private static void setAcl(Invocation call) throws ShellFailure, InterruptedException {
        List<Acl> acl = AclText.parse(call.word(2), call.err());
        int version = call.number("v", ZabraClient.ANY_VERSION);
        BlockingClient client = call.blocking();
        if (call.has("R")) {
            Tree.visit(client, call.word(1), null, path -> {
                try {
                    client.setAcl(path, acl, version);
                } catch (ZabraException e) {
                    call.out().print(e.getMessage());
                }
            });
            return;
        }
        Stat stat = client.setAcl(call.word(1), acl, version);
        if (call.has("s")) {
            Printing.print(call.out(), stat);
        }
    }

    private static void delete(Invocation call) throws ShellFailure, InterruptedException {
        if (call.words() > 2) {
            call.err()
                    .println("'delete path [version]' has been deprecated. "
                            + "Please use 'delete [-v version] path' instead.");
        }
        call.blocking().delete(call.word(1), call.number("v", ZabraClient.ANY_VERSION));
    }

    private static void deleteAll(Invocation call) throws ShellFailure, InterruptedException {
        String text = call.line().value("b");
        int batch;
        try {
            batch = text == null ? DELETE_BATCH : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new ShellFailure("-b argument must be an int value");
        }
        if (!Tree.delete(call.blocking(), call.word(1), batch)) {
            call.err().println("Failed to delete some node(s) in the subtree!");
        }
    }
}
