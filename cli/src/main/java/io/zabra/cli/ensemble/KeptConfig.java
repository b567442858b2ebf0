// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli.ensemble;

import io.zabra.core.quorum.Member;
import io.zabra.core.quorum.PeerAddress;
import io.zabra.core.quorum.Quorums;
import io.zabra.storage.EpochFiles;
import io.zabra.storage.file.FileDisk;
import io.zabra.storage.member.MemberRecord;
import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.quorum.HostPort;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Who the members are by what one of them has left behind: its `zoo.cfg`, the file that this names, and its record.
///
/// A server that takes no changes has a list in `zoo.cfg` for one that somebody has written by hand, to begin anew with
/// these members. So once they were changed, none may be written there: servers that were removed could elect each
/// other.
final class KeptConfig {

    /// The option of Java by which servers take changes of the members.
    static final String TAKES_CHANGES = "-Dzookeeper.reconfigEnabled=true";

    private static final String POINTER = "dynamicConfigFile";
    private static final String SERVER = "server.";

    /// What a server calls its `zoo.cfg` of the time before the first change of the members.
    private static final String BACKUP = "zoo.cfg.bak";

    private final int id;
    private final Path file;
    private final Properties settings;
    private final Properties list;
    /// The list that it began with; empty if that is not there any more.
    private final Properties first;
    private final Recorded recorded;

    /// @param readable whether the record is not damaged
    /// @param members null if it tells of none, or there is no record
    private record Recorded(boolean readable, @Nullable Quorums members) {

        static Recorded read(Path data) {
            if (!Files.exists(data.resolve(EpochFiles.RECORD))) {
                return new Recorded(true, null);
            }
            try (FileDisk disk = FileDisk.open(data)) {
                MemberRecord record = MemberRecord.read(disk);
                return new Recorded(true, record == null ? null : record.members());
            } catch (IOException damaged) {
                return new Recorded(false, null);
            }
        }
    }

    private KeptConfig(int id, Path file, Properties settings, Properties list, Properties first, Recorded recorded) {
        this.id = id;
        this.file = file;
        this.settings = settings;
        this.list = list;
        this.first = first;
        this.recorded = recorded;
    }

    /// That of the member `id`.
    ///
    /// @param data where the member has its record; nobody else may use it meanwhile
    static KeptConfig read(int id, Path file, Path data) throws IOException {
        Properties settings = load(file);
        String pointer = settings.getProperty(POINTER);
        if (pointer == null) {
            if (servers(settings).isEmpty()) {
                throw new IOException(file + " lists no servers");
            }
            return new KeptConfig(id, file, settings, settings, settings, Recorded.read(data));
        }
        Properties list = load(Path.of(pointer.strip()));
        Path backup = file.resolveSibling(BACKUP);
        Properties first = Files.exists(backup) ? load(backup) : new Properties();
        return new KeptConfig(id, file, settings, list, first, Recorded.read(data));
    }

    /// The version of the newest list that it has for decided.
    long decidedVersion() {
        Quorums members = recorded.members();
        return members == null
                ? fileVersion()
                : Math.max(fileVersion(), members.committed().version());
    }

    /// Ids of the servers in those of its lists that are not older than `version`, also in one that is only proposed.
    SortedSet<Long> servers(long version) {
        SortedSet<Long> servers = fileVersion() >= version ? servers(list) : new TreeSet<>();
        Quorums members = recorded.members();
        if (members != null) {
            members.all().stream()
                    .filter(each -> each.version() >= version)
                    .forEach(each -> servers.addAll(each.members().keySet()));
        }
        return servers;
    }

    /// Ids of the servers that it began with, as far as it tells.
    SortedSet<Long> firstServers() {
        return servers(first);
    }

    private static SortedSet<Long> servers(Properties list) {
        return list.stringPropertyNames().stream()
                .filter(key -> key.startsWith(SERVER))
                .map(key -> number(key.substring(SERVER.length()), 10))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// As the name of the file with the list has it: `zoo.cfg.dynamic.100000007`.
    private long fileVersion() {
        String pointer = settings.getProperty(POINTER, "").strip();
        return number(pointer.substring(pointer.lastIndexOf('.') + 1), 16);
    }

    /// 0 if it is none.
    private static long number(String text, int radix) {
        try {
            return Long.parseLong(text, radix);
        } catch (NumberFormatException notOne) {
            return 0;
        }
    }

    /// Whether the member knows of a change of the members, or may know of one.
    boolean tellsOfAChange() {
        Quorums members = recorded.members();
        return hasPointer()
                || !recorded.readable()
                || members != null && members.newest().version() > 0;
    }

    /// Why the member must not be started with this, as a sentence for the user; empty if it may.
    ///
    /// @param takesChanges whether it is told to take changes of the members
    String objection(boolean takesChanges) throws IOException {
        Path dataDir = Path.of(settings.getProperty("dataDir", "").strip());
        if (!Files.exists(dataDir) || !Files.isSameFile(dataDir, file.resolveSibling(""))) {
            return "the data of member " + id + " were moved: correct dataDir and dynamicConfigFile in " + file
                    + ", or move them back to " + dataDir;
        }
        // What it knows would count no more: such a list is one that somebody has written anew.
        Quorums members = recorded.members();
        return !takesChanges
                        && !hasPointer()
                        && members != null
                        && members.committed().version() > 0
                ? "member " + id + " knows of a change of the members that is not in " + file
                        + ": start it as before, with SERVER_JVMFLAGS=" + TAKES_CHANGES
                : "";
    }

    private boolean hasPointer() {
        return settings.containsKey(POINTER);
    }

    boolean takesChanges() {
        return Boolean.parseBoolean(settings.getProperty("reconfigEnabled", "").strip());
    }

    /// Where the member listens.
    Ports ports() throws IOException {
        String line = list.getProperty(SERVER + id, settings.getProperty("zabra.self", ""));
        try {
            Member self = Member.parse(id, line.strip());
            PeerAddress address = self.addresses().getFirst();
            HostPort client = self.client();
            int clientPort = client == null
                    ? HostPort.port(settings.getProperty("clientPort", "").strip())
                    : client.port();
            return new Ports(clientPort, address.quorumPort(), address.electionPort());
        } catch (MalformedPacketException malformed) {
            throw new IOException(
                    file + " does not tell the ports of server " + id + ": " + malformed.getMessage(), malformed);
        }
    }

    private static Properties load(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            properties.load(in);
        } catch (IllegalArgumentException malformed) {
            throw new IOException(file + " cannot be read: " + malformed.getMessage(), malformed);
        }
        return properties;
    }
}
