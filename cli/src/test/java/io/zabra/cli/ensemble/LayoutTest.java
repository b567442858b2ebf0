// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zabra.core.quorum.Membership;
import io.zabra.core.quorum.Quorums;
import io.zabra.storage.Recovery;
import io.zabra.storage.TxnLog;
import io.zabra.storage.file.FileDisk;
import io.zabra.storage.member.MemberLog;
import io.zabra.storage.member.MemberRecovered;
import io.zabra.storage.member.MemberRecovery;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayoutTest {

    @TempDir
    Path folder;

    @Test
    void eachMemberKnowsItselfAndAllOthers() throws IOException {
        Layout layout = new Layout(folder.resolve("of ünïcode\\backslash"), Ports.of(3, 2181));
        layout.write();
        for (int id = 1; id <= 3; id++) {
            Properties config = new Properties();
            try (InputStream in = Files.newInputStream(layout.config(id))) {
                config.load(in);
            }
            assertThat(config.getProperty("dataDir"))
                    .isEqualTo(layout.folder().resolve("" + id).toString());
            assertThat(config.getProperty("clientPort")).isEqualTo("" + (2180 + id));
            assertThat(config.getProperty("clientPortAddress")).isEqualTo("127.0.0.1");
            assertThat(config.getProperty("server.1")).isEqualTo("127.0.0.1:2888:3888");
            assertThat(config.getProperty("server.3")).isEqualTo("127.0.0.1:2890:3890");
            assertThat(layout.member(id).resolve("myid")).hasContent("" + id);
        }
        assertThat(layout.connectString()).isEqualTo("127.0.0.1:2181,127.0.0.1:2182,127.0.0.1:2183");
    }

    @Test
    void anEnsembleKeepsItsNumberOfMembers() throws IOException {
        assertThat(new Layout(folder, Ports.of(3, 2181)).objection()).isEmpty();
        new Layout(folder, Ports.of(3, 2181)).write();
        assertThat(new Layout(folder, Ports.of(3, 4000)).objection()).isEmpty();
        for (int members : List.of(1, 2, 4, 5)) {
            assertThat(new Layout(folder, Ports.of(members, 2181)).objection())
                    .startsWith(folder + " holds an ensemble of 3: start that one");
        }
    }

    /// One server in the list would lead alone, without what only the others had acknowledged.
    @Test
    void anEnsembleDoesNotStartWithoutTheFoldersOfSome() throws IOException {
        Layout layout = new Layout(folder.resolve("data"), Ports.of(3, 2181));
        layout.write();
        Path second = Files.move(layout.member(2), folder.resolve("2"));
        Files.delete(layout.config(3));
        for (int members : List.of(1, 2, 3, 4)) {
            assertThat(new Layout(layout.folder(), Ports.of(members, 2181)).objection())
                    .isEqualTo("members [2, 3] belong to the ensemble in " + layout.folder()
                            + ", but these are missing: [" + layout.member(2) + ", " + layout.config(3)
                            + "]; put them back, or, to begin anew, choose another folder with --data");
        }
        Files.move(second, layout.member(2));
        Files.copy(layout.config(1), layout.config(3));
        assertThat(layout.objection()).isEmpty();
        Files.move(layout.member(1), folder.resolve("1"));
        for (int members : List.of(1, 2, 3)) {
            assertThat(new Layout(layout.folder(), Ports.of(members, 2181)).objection())
                    .as("%d members", members)
                    .startsWith("members [1] belong to the ensemble");
        }
    }

    @Test
    void aListWithoutServersStopsTheStart() throws IOException {
        Layout layout = new Layout(folder, Ports.of(1, 2181));
        layout.write();
        List<String> lines = Files.readAllLines(layout.config(1));
        lines.removeIf(line -> line.startsWith("server."));
        Files.write(layout.config(1), lines);
        assertThatThrownBy(layout::objection)
                .isInstanceOf(IOException.class)
                .hasMessage(layout.config(1) + " lists no servers");
    }

    /// What was removed need not be there; what was added is elsewhere.
    @Test
    void theNewestListSaysWhoseFoldersHaveToBeThere() throws IOException {
        Layout layout = new Layout(folder.resolve("data"), Ports.of(4, 2181));
        layout.write();
        change(layout, 1, "100000005", 1, 2, 3);
        change(layout, 2, "100000007", 1, 2, 7);
        Files.move(layout.member(4), folder.resolve("4"));
        assertThat(new Layout(layout.folder(), Ports.of(3, 2181)).objection()).isEmpty();
        assertThat(layout.objection()).startsWith(layout.folder() + " holds an ensemble of 3: start that one");
        Path third = Files.move(layout.member(3), folder.resolve("3"));
        assertThat(new Layout(layout.folder(), Ports.of(2, 2181)).objection()).isEmpty();
        Files.move(third, layout.member(3));
        Files.move(layout.member(2), folder.resolve("2"));
        for (int members : List.of(1, 2, 3)) {
            assertThat(new Layout(layout.folder(), Ports.of(members, 2181)).objection())
                    .startsWith("members [2] belong to the ensemble");
        }
        Files.move(folder.resolve("2"), layout.member(2));
        change(layout, 2, "100000009", 2, 3);
        Files.move(layout.member(1), folder.resolve("1"));
        for (int members : List.of(1, 2, 3)) {
            assertThat(new Layout(layout.folder(), Ports.of(members, 2181)).objection())
                    .startsWith(layout.folder() + " holds the members [2, 3], and this command runs those from 1 on");
        }
    }

    /// A member that knows by its record alone who was removed, or that a change is under way.
    @Test
    void theRecordSaysWhoseFoldersHaveToBeThere() throws IOException {
        Layout layout = new Layout(folder, Ports.of(2, 2181));
        layout.write();
        Path data = Files.createDirectories(layout.member(1).resolve("version-2"));
        Membership both = Membership.parse("server.1=a:1:2\nserver.2=a:3:4");
        Membership alone = Membership.parse("server.1=a:1:2\nversion=100000007");
        Files.delete(layout.config(2));
        recordMembers(data, new Quorums(both, alone));
        assertThat(layout.objection()).startsWith("members [2] belong to the ensemble");
        recordMembers(data, Quorums.of(alone));
        assertThat(new Layout(folder, Ports.of(1, 2181)).objection()).isEmpty();
    }

    /// As a server does it.
    private static void change(Layout layout, int id, String version, int... servers) throws IOException {
        Path config = layout.config(id);
        Path backup = config.resolveSibling("zoo.cfg.bak");
        String text = Files.readString(config);
        if (!Files.exists(backup)) {
            Files.writeString(backup, text);
        }
        Path dynamic = config.resolveSibling("zoo.cfg.dynamic." + version);
        Files.write(
                dynamic,
                IntStream.of(servers)
                        .mapToObj(server -> "server." + server + "=127.0.0.1:5:6")
                        .toList());
        String kept = text.lines()
                .filter(line -> !line.startsWith("server.") && !line.startsWith("dynamicConfigFile="))
                .collect(Collectors.joining("\n"));
        Files.writeString(config, kept + "\ndynamicConfigFile=" + dynamic + "\n");
    }

    @Test
    void membersThatRunKeepTheirConfiguration() throws IOException {
        Layout layout = new Layout(folder, Ports.of(3, 2181));
        layout.write();
        Path data = Files.createDirectories(layout.member(2).resolve("version-2"));
        try (FileDisk _ = FileDisk.open(data)) {
            assertThat(new Layout(folder, Ports.of(3, 4000)).objection())
                    .isEqualTo(
                            "members [2] of " + folder + " still run; stop them, or choose another folder with --data");
            Process member = new ProcessBuilder(
                            "sh",
                            "-c",
                            "sleep 60 & wait",
                            "--config",
                            layout.config(2).toString())
                    .start();
            try {
                assertThat(layout.objection()).contains(" still run (kill " + member.pid() + "); stop them");
            } finally {
                member.descendants().forEach(ProcessHandle::destroy);
                member.destroy();
            }
        }
        assertThat(layout.objection()).isEmpty();
    }

    @Test
    void aConfigurationOfSomebodyElseIsNotOverwritten() throws IOException {
        Path config = Files.createDirectories(folder.resolve("1")).resolve("zoo.cfg");
        Files.writeString(config, "dataDir=/precious\n");
        assertThat(new Layout(folder, Ports.of(3, 2181)).objection()).startsWith(config + " is not of this command's");
    }

    /// A server with the first list in its `zoo.cfg` would take that for one that somebody has written by hand.
    @Test
    void aListThatCameByAChangeIsKept() throws IOException {
        Layout first = new Layout(folder, Ports.of(2, 2181));
        first.write();
        assertThat(first.asLeft().kept()).isFalse();
        Path dynamic = first.member(2).resolve("zoo.cfg.dynamic.100000007");
        Files.writeString(dynamic, "server.2=127.0.0.1:7:8:participant;127.0.0.1:9\nserver.5=127.0.0.1:5:6");
        String changed = Files.readString(first.config(2))
                        .lines()
                        .filter(line -> !line.startsWith("server."))
                        .collect(Collectors.joining("\n"))
                + "\ndynamicConfigFile=" + dynamic + "\n";
        Files.writeString(first.config(2), changed);
        Layout again = new Layout(folder, Ports.of(2, 4000));
        assertThat(again.objection()).isEmpty();
        Layout left = again.asLeft();
        left.write();
        assertThat(left.objectionToWhatWasLeft(false)).isEmpty();
        assertThat(left.ports()).containsExactly(new Ports(2181, 2888, 3888), new Ports(9, 7, 8));
        assertThat(first.config(1)).content().contains("server.1=127.0.0.1:2888:3888");
        assertThat(first.config(2)).hasContent(changed);
        Files.writeString(first.config(2), changed + "zabra.self=127.0.0.1:1:2;3\n");
        Files.writeString(dynamic, "server.5=127.0.0.1:5:6");
        assertThat(again.asLeft().ports(2)).as("of a member that was removed").isEqualTo(new Ports(3, 1, 2));
    }

    /// The record is ahead of `zoo.cfg` when a member ends between the two.
    @Test
    void aListThatIsBehindTheRecordOfItsMemberIsKeptAndNotUsedAlone() throws IOException {
        Layout first = new Layout(folder.resolve("data"), Ports.of(2, 2181));
        first.write();
        String config = Files.readString(first.config(1));
        Path data = Files.createDirectories(first.member(1).resolve("version-2"));
        recordMembers(data, Quorums.of(Membership.parse("server.1=a:1:2:participant\nversion=0")));
        assertThat(first.asLeft().kept()).isFalse();
        recordMembers(data, Quorums.of(Membership.parse("server.1=a:1:2:participant\nversion=100000007")));
        Layout left = new Layout(first.folder(), Ports.of(2, 4000)).asLeft();
        left.write();
        assertThat(first.config(1)).hasContent(config);
        assertThat(left.objectionToWhatWasLeft(true)).isEmpty();
        assertThat(left.objectionToWhatWasLeft(false))
                .isEqualTo("member 1 knows of a change of the members that is not in " + first.config(1)
                        + ": start it as before, with SERVER_JVMFLAGS=-Dzookeeper.reconfigEnabled=true");
        Files.write(data.resolve("zabra.member"), new byte[] {1});
        assertThat(first.asLeft().kept()).as("with a record that is damaged").isTrue();
        Path moved = Files.move(first.folder(), folder.resolve("moved"));
        assertThat(new Layout(moved, Ports.of(2, 4000)).asLeft().objectionToWhatWasLeft(true))
                .startsWith("the data of member 1 were moved: correct dataDir and dynamicConfigFile in "
                        + moved.resolve("1/zoo.cfg"));
    }

    private static void recordMembers(Path data, Quorums members) throws IOException {
        try (FileDisk disk = FileDisk.open(data)) {
            var found = (MemberRecovered.Restored)
                    MemberRecovery.recover(disk, disk, Recovery.Options.defaults(), Long.MAX_VALUE);
            try (MemberLog log = MemberLog.open(disk, disk, new TxnLog.Options(4096, true, 1 << 16, 7), found)) {
                log.members(members);
            }
        }
    }

    @Test
    void freePortsDifferAndTakenOnesAreNamed() throws IOException {
        List<Ports> ports = Ports.of(9, 0);
        var all = new HashSet<Integer>();
        ports.forEach(each -> all.addAll(List.of(each.client(), each.quorum(), each.election())));
        assertThat(all).hasSize(27);
        assertThat(Ports.objection(ports, "choose others")).isEmpty();
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = socket.getLocalPort();
            var taken =
                    new Ports(ports.getFirst().client(), port, ports.getLast().quorum());
            assertThat(Ports.objection(List.of(taken), "choose others"))
                    .isEqualTo("ports are in use on this machine: [" + port + "]; choose others");
        }
        assertThat(Ports.of(9, Ports.baseMax(9)).getLast().election()).isEqualTo(65_535);
    }
}
