// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli.ensemble;

import static org.assertj.core.api.Assertions.assertThat;

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
