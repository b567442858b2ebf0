// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.client.ClientLimits;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// One command a run, exit codes, and completion.
@Timeout(60)
class MainTest {

    @TempDir
    static Path directory;

    private static ServerUnderTest server;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeAll
    static void startServer() throws Exception {
        server = ServerUnderTest.in(directory);
        server.start();
    }

    @AfterAll
    static void stopServer() throws Exception {
        server.close();
    }

    @Test
    void runsOneCommandAndEndsWithZero() {
        assertThat(run("create", "/one", "first and only")).isZero();
        assertThat(run("get", "/one")).isZero();
        assertThat(out.toString(UTF_8))
                .startsWith("Connecting to " + server.connectString())
                .contains("first and only");
        assertThat(err.toString(UTF_8)).contains("Created /one");
    }

    @Test
    void endsWithOneWhenTheCommandFails() {
        assertThat(run("get", "/none")).isOne();
        assertThat(err.toString(UTF_8)).isEqualTo("Node does not exist: /none\n");
    }

    @Test
    void endsWith127WhenThereIsNoSuchCommand() {
        assertThat(run("got", "/none")).isEqualTo(127);
        assertThat(err.toString(UTF_8)).contains("\tls [-s] [-w] [-R] path\n");
    }

    @Test
    void endsWithTwoOnWrongOptions() {
        assertThat(Main.run(new String[] {"-timeout", "soon", "ls", "/"}, stream(out), stream(err)))
                .isEqualTo(2);
        assertThat(err.toString(UTF_8)).contains("soon");
        assertThat(Main.run(new String[] {"-client-configuration", "/none", "ls", "/"}, stream(out), stream(err)))
                .isEqualTo(2);
    }

    @Test
    void optionsBehindTheCommandBelongToTheCommand() {
        assertThat(run("ls", "-s", "/")).isZero();
        assertThat(out.toString(UTF_8)).contains("numChildren = ");
    }

    @Test
    void saysWhenNoServerCanBeReached() {
        String[] args = {"-server", "127.0.0.1:1", "-timeout", "1000", "-waitforconnection", "ls", "/"};
        assertThat(Main.run(args, stream(out), stream(err))).isOne();
        assertThat(err.toString(UTF_8))
                .isEqualTo("No connection to 127.0.0.1:1: Connection refused\nKeeperErrorCode = ConnectionLoss\n");
    }

    /// A member without a leader takes the greeting and closes.
    @Test
    void saysWhatItMayMeanThatAServerClosesTheConnection() throws Exception {
        try (ServerSocket member = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> greetAndClose(member));
            String place = "127.0.0.1:" + member.getLocalPort();
            String[] args = {"-server", place, "-timeout", "1000", "-waitforconnection", "ls", "/"};
            assertThat(Main.run(args, stream(out), stream(err))).isOne();
            assertThat(err.toString(UTF_8))
                    .isEqualTo("No connection to " + place + ": The server closed the connection\n"
                            + "It may have no leader: what it answers to the four-letter word srvr tells.\n"
                            + "KeeperErrorCode = ConnectionLoss\n");
        }
    }

    private static void greetAndClose(ServerSocket member) {
        try {
            while (true) {
                try (Socket socket = member.accept()) {
                    DataInputStream in = new DataInputStream(socket.getInputStream());
                    in.readNBytes(in.readInt());
                }
            }
        } catch (IOException _) {
            // The test is over.
        }
    }

    @Test
    void saysWhyACommandHadNoConnection() {
        String[] args = {"-server", "zabra.invalid:2181", "ls", "/"};
        assertThat(Main.run(args, stream(out), stream(err))).isOne();
        assertThat(err.toString(UTF_8))
                .isEqualTo("No connection to zabra.invalid:2181: Unknown host zabra.invalid\n"
                        + "KeeperErrorCode = ConnectionLoss for /\n");
    }

    @Test
    void tellsItsVersionAndItsDefaults() {
        assertThat(Main.run(new String[] {"--version"}, stream(out), stream(err)))
                .isZero();
        assertThat(out.toString(UTF_8)).matches("Zabra shell \\S.*, for ZooKeeper 3.9 servers\n");
        assertThat(Main.run(new String[] {"--help"}, stream(out), stream(err))).isZero();
        assertThat(out.toString(UTF_8)).contains("localhost:2181", "default: 30000", ".zabra_history");
    }

    @Test
    void completesCommandsAndPaths() throws Exception {
        var options = new ShellOptions(server.connectString(), 10_000, false, true, ClientLimits.DEFAULT);
        try (Shell shell = new Shell(options, stream(out), stream(err))) {
            shell.connect(server.connectString());
            shell.execute("create /complete");
            shell.execute("create /complete/me-2");
            shell.execute("create /complete/me-1");
            shell.execute("create /complete/other");
            ZnodeCompleter completer = new ZnodeCompleter(shell);

            assertThat(completer.candidates("get", 0))
                    .containsExactly("get", "getAcl", "getAllChildrenNumber", "getEphemerals");
            assertThat(completer.candidates("/compl", 1)).containsExactly("/complete");
            assertThat(completer.candidates("/complete/me", 1)).containsExactly("/complete/me-1", "/complete/me-2");
            assertThat(completer.candidates("/none/x", 1)).isEmpty();
            assertThat(completer.candidates("data", 2)).isEmpty();
            assertThat(shell.prompt()).isEqualTo("[zk: " + server.connectString() + "(CONNECTED) 4] ");
        }
    }

    @Test
    void wordsInQuotesAreOneWord() {
        assertThat(CommandLine.split("  set /a  \"two words\" '' 'it is \"it\"' x\"y"))
                .isEqualTo(List.of("set", "/a", "two words", "", "it is \"it\"", "x\"y"));
    }

    private int run(String... command) {
        String[] args = new String[command.length + 2];
        args[0] = "-server";
        args[1] = server.connectString();
        System.arraycopy(command, 0, args, 2, command.length);
        return Main.run(args, stream(out), stream(err));
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, UTF_8);
    }
}
