// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.ensemble;

import io.zabra.core.quorum.Member;
import io.zabra.core.quorum.Membership;
import io.zabra.core.quorum.Quorums;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// The files beside a `zoo.cfg` that tell who the members are, in the way of Apache's servers: so people see it, and so
/// an Apache server that takes over finds it. The member's own record is what counts here; these come after it.
///
/// `zoo.cfg.dynamic.<version>` is a committed membership, to which `zoo.cfg` points with `dynamicConfigFile`;
/// `zoo.cfg.dynamic.next` is one that is proposed. `zoo.cfg.bak` is what `zoo.cfg` was before the first of them. A
/// server that is no member writes its own line into `zoo.cfg`, as `zabra.self`. Used by one thread at a time.
final class MemberFiles {

    private static final String POINTER = "dynamicConfigFile";
    private static final String SELF = "zabra.self";

    private final Path config;
    /// This server, as the last membership has it that had it.
    private Member self;

    /// @param self this server
    MemberFiles(Path config, Member self) {
        this.config = config.toAbsolutePath().normalize();
        this.self = self;
    }

    /// Brings the files up to what the member knows. Each is replaced as a whole, and the pointer comes after what it
    /// points to.
    void write(Quorums members) throws IOException {
        Membership committed = members.committed();
        Membership next = members.next();
        Path nextFile = beside(".dynamic.next");
        if (next != null) {
            replace(nextFile, sorted(next, true));
        }
        Path dynamic = beside(".dynamic." + Long.toHexString(committed.version()));
        if (committed.version() > 0) {
            replace(dynamic, sorted(committed, false));
            Member listed = committed.member(self.sid());
            self = listed == null ? self : listed;
            point(dynamic, listed != null);
        }
        if (next == null) {
            Files.deleteIfExists(nextFile);
        }
    }

    private static String sorted(Membership membership, boolean withVersion) {
        List<String> lines = new ArrayList<>(membership.lines());
        if (withVersion) {
            lines.add("version=" + Long.toHexString(membership.version()));
        }
        lines.sort(null);
        return String.join("\n", lines);
    }

    /// Takes out of the configuration what the other file tells, and leaves the rest as it stands there.
    private void point(Path dynamic, boolean listed) throws IOException {
        String text = Files.readString(config, StandardCharsets.ISO_8859_1);
        boolean clientToo = listed && self.client() != null;
        StringBuilder kept = new StringBuilder();
        boolean toldSo = false;
        boolean dropping = false;
        for (String line : text.lines().toList()) {
            boolean continues = line.endsWith("\\") && !line.endsWith("\\\\");
            String key = key(line);
            boolean drop = dropping || isTold(key, clientToo);
            toldSo |= drop && key.startsWith("server.");
            dropping = drop && continues;
            if (!drop) {
                kept.append(line).append('\n');
            }
        }
        kept.append(POINTER).append('=').append(dynamic).append('\n');
        if (!listed) {
            kept.append(SELF).append('=').append(self.text()).append('\n');
        }
        Path backup = beside(".bak");
        if (toldSo && !Files.exists(backup)) {
            replace(backup, text);
        }
        if (!kept.toString().equals(text)) {
            replace(config, kept.toString());
        }
    }

    private static boolean isTold(String key, boolean clientToo) {
        return key.startsWith("server.")
                || key.startsWith("group")
                || key.startsWith("weight")
                || key.equals(POINTER)
                || key.equals(SELF)
                || key.equals("peerType")
                || clientToo && key.startsWith("clientPort");
    }

    private static String key(String line) {
        String stripped = line.stripLeading();
        int end = 0;
        while (end < stripped.length() && "=: \t#!".indexOf(stripped.charAt(end)) < 0) {
            end++;
        }
        return stripped.substring(0, end);
    }

    private Path beside(String suffix) {
        return config.resolveSibling(config.getFileName() + suffix);
    }

    private static void replace(Path file, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        if (Files.exists(file) && java.util.Arrays.equals(Files.readAllBytes(file), bytes)) {
            return;
        }
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        Files.write(temporary, bytes);
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
