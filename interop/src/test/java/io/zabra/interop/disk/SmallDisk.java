// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.disk;

import io.zabra.interop.process.Needed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A file system of a few MiB, in memory, for tests in which it gets full; gone when closed.
///
/// Part of it can be taken by a ballast file, so that space can come back without the server's doing.
public final class SmallDisk implements AutoCloseable {

    public static final long MIB = 1 << 20;

    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /// Mounts it on an empty folder. Where that is not allowed the test is skipped.
    public static SmallDisk mount(Path folder, int mib) {
        String said = run(List.of("mount", "-t", "tmpfs", "-o", "size=" + mib + "m", "zabra-test", folder.toString()));
        Needed.SMALL_DISK.check(said.isEmpty(), said);
        return new SmallDisk(folder);
    }

    Path folder() {
        return folder;
    }

    public long freeBytes() {
        try {
            return Files.getFileStore(folder).getUsableSpace();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Leaves this much free.
    public void fillUpTo(long freeBytes) {
        try {
            Files.write(folder.resolve("ballast"), new byte[Math.toIntExact(freeBytes() - freeBytes)]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void removeBallast() {
        try {
            Files.delete(folder.resolve("ballast"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        String said = run(List.of("umount", "-l", folder.toString()));
        if (!said.isEmpty()) {
            throw new IllegalStateException(said);
        }
    }

    /// Empty when the command did what it should, else what it said.
    private static String run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            int code = process.waitFor();
            return code == 0 ? "" : command.getFirst() + " failed with " + code + ": " + said;
        } catch (IOException e) {
            return command.getFirst() + " cannot be run: " + e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
