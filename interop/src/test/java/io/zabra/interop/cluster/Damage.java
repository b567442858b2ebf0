// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// What can happen to the files of a member that does not run.
final class Damage {

    private static final int RECORD_BYTES = 80;

    /// In the first record, or one of the next.
    private static final int PLACE = 100;

    private Damage() {}

    static Path folder(ClusterMember member) {
        return member.dataDir().resolve("version-2");
    }

    /// Nothing is left.
    static void wipe(ClusterMember member) throws IOException {
        try (Stream<Path> all = Files.walk(folder(member))) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    /// Two bytes of the newest log are others. False if there is no log, or not much of one.
    static boolean log(ClusterMember member) throws IOException {
        List<Path> logs = files(member, "log.");
        if (logs.isEmpty() || Files.size(logs.getLast()) < 8 * PLACE) {
            return false;
        }
        try (RandomAccessFile file = new RandomAccessFile(logs.getLast().toFile(), "rw")) {
            byte[] bytes = new byte[2];
            file.seek(PLACE);
            file.readFully(bytes);
            file.seek(PLACE);
            file.write(new byte[] {(byte) ~bytes[0], (byte) ~bytes[1]});
        }
        return true;
    }

    /// The record of what the member has promised cannot be read.
    static void record(ClusterMember member) throws IOException {
        Files.write(folder(member).resolve("zabra.member"), new byte[RECORD_BYTES]);
    }

    /// The files with its epochs, which are for Apache's servers, hold no numbers.
    static void epochs(ClusterMember member) throws IOException {
        Files.write(folder(member).resolve("acceptedEpoch"), new byte[0]);
        Files.writeString(folder(member).resolve("currentEpoch"), "?");
    }

    /// Only logs are left, and what tells how far they were written.
    static void allButTheLog(ClusterMember member) throws IOException {
        for (Path file : files(member, "")) {
            String name = file.getFileName().toString();
            if (!name.startsWith("log.") && !name.equals("zabra.synced")) {
                Files.delete(file);
            }
        }
    }

    /// Files of a member, oldest first.
    static List<Path> files(ClusterMember member, String prefix) throws IOException {
        try (Stream<Path> all = Files.list(folder(member))) {
            return all.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .sorted(Comparator.comparing((Path file) -> file.toString().length())
                            .thenComparing(Path::toString))
                    .toList();
        }
    }
}
