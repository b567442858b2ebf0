// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.launcher.Clone.Outcome;
import io.zabra.interop.process.OnZabra;
import io.zabra.interop.raw.Handshake;
import io.zabra.interop.raw.Ops;
import io.zabra.interop.raw.RawClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Goal: the script starts what was asked for with a JDK that fits, or says in plain words what is missing.
/// Method: it runs in a clone of its own, with JDKs that only say what they were told; one test serves in earnest.
@OnZabra
class LauncherIT {

    /// Exit codes, as `docs/operating.md` has them.
    private static final int MISTAKE = 2;

    private static final int MISSING = 3;
    private static final int STOPPED_BY_SIGTERM = 143;

    @TempDir
    Path folder;

    private Clone clone;

    @BeforeEach
    void makeClone() throws IOException {
        clone = new Clone(folder);
    }

    @AfterEach
    void removeLinks() throws IOException {
        clone.removeLinks();
    }

    private void assertStartsWith(Path jdk, Map<String, String> environment) throws Exception {
        Outcome outcome = clone.run(environment, "shell", "-server", "a b");
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.code()).isZero();
        assertThat(outcome.out().lines())
                .startsWith(jdk.resolve("bin/java").toString())
                .containsSubsequence("io.zabra.cli.Main", "-server", "a b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"system/usr/lib/jvm/any", "system/opt/jdk-25", "home/.jdks/x", "home/.sdkman/candidates/java/y"})
    void aJdkInAUsualFolderIsFound(String place) throws Exception {
        clone.built("cli");
        Clone.jdk(folder.resolve("system/usr/lib/jvm/old"), 17);
        Path jdk = Clone.jdk(folder.resolve(place), 25);
        assertStartsWith(jdk, Map.of());
    }

    @Test
    void javaHomeGoesFirstIfItFits() throws Exception {
        clone.built("cli");
        Path usual = Clone.jdk(clone.system.resolve("usr/lib/jvm/usual"), 25);
        Path own = Clone.jdk(folder.resolve("own"), 25);
        Path old = Clone.jdk(folder.resolve("old"), 17);
        assertStartsWith(own, Map.of("JAVA_HOME", own.toString()));
        assertStartsWith(usual, Map.of("JAVA_HOME", old.toString()));
        assertStartsWith(usual, Map.of("JAVA_HOME", folder.resolve("nowhere").toString()));
    }

    @Test
    void theJavaOnThePathIsFoundBehindALink() throws Exception {
        clone.built("cli");
        Path jdk = Clone.jdk(folder.resolve("unusual"), 25);
        clone.link(clone.tools.resolve("java"), jdk.resolve("bin/java"));
        assertStartsWith(jdk, Map.of());
    }

    @Test
    void aNewerJdkIsTakenOnlyIfNoneFitsExactly() throws Exception {
        clone.built("cli");
        Path newer = Clone.jdk(clone.system.resolve("usr/lib/jvm/a-newer"), 26);
        assertStartsWith(newer, Map.of());
        Path exact = Clone.jdk(clone.system.resolve("usr/lib/jvm/b-exact"), 25);
        assertStartsWith(exact, Map.of());
        assertStartsWith(newer, Map.of("ZABRA_JAVA_HOME", newer.toString()));
    }

    @Test
    void withoutAJdkItSaysWhatIsMissingAndWhereToGetIt() throws Exception {
        clone.built("cli");
        Clone.jdk(clone.system.resolve("usr/lib/jvm/old"), 17);
        Outcome outcome = clone.run(Map.of(), "shell");
        assertThat(outcome.code()).isEqualTo(MISSING);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err())
                .startsWith("zabra: this needs a JDK 25 (Java Development Kit), and none was found.")
                .contains("apt-get install openjdk-25-jdk-headless", "ZABRA_JAVA_HOME=", "Looked at: JAVA_HOME");
    }

    @Test
    void aWrongZabraJavaHomeIsNamed() throws Exception {
        clone.built("cli");
        Clone.jdk(clone.system.resolve("usr/lib/jvm/fits"), 25);
        Path old = Clone.jdk(folder.resolve("old"), 17);
        Outcome outcome = clone.run(Map.of("ZABRA_JAVA_HOME", old.toString()), "shell");
        assertThat(outcome.code()).isEqualTo(MISSING);
        assertThat(outcome.err())
                .isEqualTo("zabra: ZABRA_JAVA_HOME is " + old + ", where there is no JDK 25 or newer.\n");
    }

    @Test
    void whatIsNotBuiltNeedsMavenAndACompiler() throws Exception {
        Path jdk = Clone.jdk(clone.system.resolve("usr/lib/jvm/jdk"), 25);
        Outcome withoutMaven = clone.run(Map.of(), "shell");
        assertThat(withoutMaven.code()).isEqualTo(MISSING);
        assertThat(withoutMaven.err()).contains("'cli' has to be built", "mvn is not on the PATH");
        clone.link(clone.tools.resolve("mvn"), Path.of("/bin/false"));
        Files.delete(jdk.resolve("bin/javac"));
        Outcome withoutCompiler = clone.run(Map.of(), "shell");
        assertThat(withoutCompiler.code()).isEqualTo(MISSING);
        assertThat(withoutCompiler.err()).contains("'cli' has to be built", "has no compiler");
    }

    @Test
    void helpAndVersionNeedNoJava() throws Exception {
        Outcome help = clone.run(Map.of(), "--help");
        assertThat(help.code()).isZero();
        assertThat(help.out()).startsWith("Usage: ./zabra COMMAND").contains("server [--config FILE]");
        assertThat(clone.run(Map.of(), "help")).isEqualTo(help);
        assertThat(clone.run(Map.of())).isEqualTo(help);
        Outcome version = clone.run(Map.of(), "version");
        assertThat(version.code()).isZero();
        assertThat(version.out()).matches("Zabra \\d+\\.\\d+\\.\\d+.*\n");
    }

    @Test
    void anUnknownCommandIsAMistake() throws Exception {
        Outcome outcome = clone.run(Map.of(), "sever");
        assertThat(outcome.code()).isEqualTo(MISTAKE);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).startsWith("zabra: there is no command 'sever'\nUsage: ");
    }

    @Test
    void theServerServesUntilItIsToldToStop() throws Exception {
        clone.built("server");
        InetSocketAddress address;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            address = (InetSocketAddress) socket.getLocalSocketAddress();
        }
        Path config = Files.write(
                folder.resolve("zoo.cfg"),
                List.of(
                        "clientPort=" + address.getPort(),
                        "clientPortAddress=127.0.0.1",
                        "admin.enableServer=false",
                        "dataDir=" + folder.resolve("data")));
        // An option about shared classes keeps the script from preparing fast starts, which would take some seconds.
        var environment = Map.of("ZABRA_JAVA_HOME", System.getProperty("java.home"), "SERVER_JVMFLAGS", "-Xshare:auto");
        Path log = folder.resolve("log");
        Process server = clone.builder(environment, List.of("server", "--config", config.toString()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            RawClient client = await().atMost(Duration.ofSeconds(60))
                    .ignoreException(UncheckedIOException.class)
                    .until(() -> RawClient.open(address, Handshake.fresh(40_000)), opened -> true);
            client.callOk(Ops.CREATE, Ops.create("/a", Ops.EMPTY, 0));
            server.destroy();
            assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(server.exitValue()).as(Files.readString(log)).isEqualTo(STOPPED_BY_SIGTERM);
            assertThat(Files.readString(log)).contains("ServerStopped");
            client.close();
        } finally {
            server.destroyForcibly();
        }
    }
}
