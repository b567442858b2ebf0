// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.server.runtime.TestServer.TestClient;
import io.zabra.wire.WireReader;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.ReconfigRequest;
import io.zabra.wire.client.ReplyHeader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The four-letter word `conf` tells who the members are now, as Apache's does, and not who they were at the start.
@Timeout(60)
class MemberSettingsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String MEMBERSHIP = "membership: \n";

    @TempDir
    Path folder;

    @Test
    void confShowsTheMembersOfNow() throws Exception {
        int quorum = freePort();
        int election = freePort();
        int clients = freePort();
        String own = "127.0.0.1:" + quorum + ":" + election + ":participant;127.0.0.1:" + clients;
        Files.writeString(folder.resolve("myid"), "1");
        Map<String, String> settings = Map.of(
                "clientPort", Integer.toString(clients),
                "server.1", own,
                "standaloneEnabled", "false",
                "reconfigEnabled", "true",
                "skipACL", "yes",
                "tickTime", "1000",
                "initLimit", "10",
                "syncLimit", "5",
                "4lw.commands.whitelist", "conf");
        try (TestServer server = new TestServer(folder, settings)) {
            await().atMost(PATIENCE).until(() -> server.word("conf").contains(MEMBERSHIP));
            try (TestClient admin = server.connect()) {
                String before = config(admin);
                assertThat(before).startsWith("server.1=" + own + "\nversion=");
                assertThat(membership(server)).isEqualTo(before);

                String joining = "server.2=127.0.0.1:" + freePort() + ":" + freePort() + ":observer;127.0.0.1:1";
                ReplyHeader changed = admin.call(new ReconfigRequest(joining, null, null, -1));
                assertThat(changed.error()).isZero();

                String after = config(admin);
                assertThat(after).contains("\n" + joining + "\n").isNotEqualTo(before);
                assertThat(membership(server)).isEqualTo(after);
            }
            assertThat(server.word("conf"))
                    .contains("\nelectionPort=" + election + "\nquorumPort=" + quorum + "\npeerType=0\n");
        }
    }

    private static String membership(TestServer server) throws IOException {
        String answer = server.word("conf");
        return answer.substring(answer.indexOf(MEMBERSHIP) + MEMBERSHIP.length());
    }

    private static String config(TestClient client) throws IOException {
        client.send(new GetDataRequest("/zookeeper/config", false));
        WireReader frame = client.frame();
        assertThat(ReplyHeader.read(frame).error()).isZero();
        byte[] data = frame.buffer();
        return data == null ? "" : new String(data, StandardCharsets.UTF_8);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
