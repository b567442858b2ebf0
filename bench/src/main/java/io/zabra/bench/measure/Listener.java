// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// Finds the local process that listens on a TCP port, through whatever launcher script it was started.
public final class Listener {

    private static final String STATE_LISTEN = "0A";

    private Listener() {}

    public static OptionalLong pidOf(int port) throws IOException {
        for (String table : List.of("/proc/net/tcp6", "/proc/net/tcp")) {
            if (!Files.exists(Path.of(table))) {
                continue;
            }
            for (String inode : inodes(Files.readAllLines(Path.of(table)), port)) {
                OptionalLong pid = ownerOf("socket:[" + inode + "]");
                if (pid.isPresent()) {
                    return pid;
                }
            }
        }
        return OptionalLong.empty();
    }

    /// The socket inodes that listen on the port, from the lines of `/proc/net/tcp`.
    static List<String> inodes(List<String> table, int port) {
        String suffix = String.format(Locale.ROOT, ":%04X", port);
        return table.stream()
                .skip(1)
                .map(line -> line.trim().split("\\s+"))
                .filter(fields -> fields[1].endsWith(suffix) && fields[3].equals(STATE_LISTEN))
                .map(fields -> fields[9])
                .toList();
    }

    private static OptionalLong ownerOf(String socket) throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(path -> path.getFileName().toString().matches("[0-9]+"))
                    .filter(path -> holds(path, socket))
                    .mapToLong(path -> Long.parseLong(path.getFileName().toString()))
                    .findFirst();
        }
    }

    private static boolean holds(Path process, String socket) {
        try (Stream<Path> files = Files.list(process.resolve("fd"))) {
            return files.anyMatch(file -> pointsTo(file, socket));
        } catch (IOException _) {
            return false;
        }
    }

    private static boolean pointsTo(Path file, String socket) {
        try {
            return Files.readSymbolicLink(file).toString().equals(socket);
        } catch (IOException _) {
            return false;
        }
    }
}
