// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli.ensemble;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.storage.file.FileDisk;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
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

    @Test
    void freePortsDifferAndTakenOnesAreNamed() throws IOException {
        List<Ports> ports = Ports.of(9, 0);
        var all = new HashSet<Integer>();
        ports.forEach(each -> all.addAll(List.of(each.client(), each.quorum(), each.election())));
        assertThat(all).hasSize(27);
        assertThat(Ports.objection(ports)).isEmpty();
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = socket.getLocalPort();
            var taken =
                    new Ports(ports.getFirst().client(), port, ports.getLast().quorum());
            assertThat(Ports.objection(List.of(taken)))
                    .isEqualTo("ports are in use on this machine: [" + port + "]; choose others with --base-port");
        }
        assertThat(Ports.of(9, Ports.baseMax(9)).getLast().election()).isEqualTo(65_535);
    }
}
