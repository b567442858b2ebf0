// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.ensemble;

import io.zabra.interop.process.Processes;
import io.zabra.interop.process.Product;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// A server that is a member of an ensemble, in a process of its own: one of Apache's or ours.
final class MemberProcess implements AutoCloseable {

    private static final int WORD_MS = 1_000;
    private static final String LOGBACK = """
        <configuration>
          <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
            <encoder><pattern>%d{HH:mm:ss.SSS} %-5level %logger{20} %msg%n</pattern></encoder>
          </appender>
          <root level="INFO"><appender-ref ref="out"/></root>
        </configuration>
        """;

    private final long sid;
    private Product product;
    private final Path folder;
    private final int clientPort;
    private Process process;

    private MemberProcess(long sid, Product product, Path folder, int clientPort, Process process) {
        this.sid = sid;
        this.product = product;
        this.folder = folder;
        this.clientPort = clientPort;
        this.process = process;
    }

    /// Starts the member `sid` of an ensemble of voters; does not wait for it.
    static MemberProcess start(long sid, Product product, Map<Long, Ports> all) throws IOException {
        List<String> lines = new ArrayList<>(List.of(
                "tickTime=500",
                "initLimit=10",
                "syncLimit=5",
                "admin.enableServer=false",
                "4lw.commands.whitelist=*",
                "clientPort=" + all.get(sid).client(),
                "clientPortAddress=127.0.0.1"));
        all.forEach((id, ports) ->
                lines.add("server." + id + "=127.0.0.1:" + ports.quorum() + ":" + ports.election() + ":participant"));
        return start(sid, product, all.get(sid).client(), lines);
    }

    /// The same, with other lines about the members: all members are told who they are, and may change.
    static MemberProcess startOf(long sid, Product product, int clientPort, List<String> members) throws IOException {
        List<String> lines = new ArrayList<>(List.of(
                "tickTime=500",
                "initLimit=20",
                "syncLimit=10",
                "admin.enableServer=false",
                "4lw.commands.whitelist=*",
                "reconfigEnabled=true",
                // The password is "secret".
                "DigestAuthenticationProvider.superDigest=super:lK75jTNcA+U9vtVEw5vB51mj/w4="));
        lines.addAll(members);
        return start(sid, product, clientPort, lines);
    }

    private static MemberProcess start(long sid, Product product, int clientPort, List<String> settings)
            throws IOException {
        Path folder = Files.createTempDirectory("zabra-member-" + sid + "-");
        Files.writeString(folder.resolve("myid"), Long.toString(sid));
        List<String> lines = new ArrayList<>(settings);
        lines.add("dataDir=" + folder);
        Files.write(folder.resolve("zoo.cfg"), lines);
        Files.writeString(folder.resolve("logback.xml"), LOGBACK);
        return new MemberProcess(sid, product, folder, clientPort, launch(product, folder));
    }

    /// Its folder, with data and configuration.
    Path folder() {
        return folder;
    }

    Product product() {
        return product;
    }

    /// As clients write it.
    String address() {
        return "127.0.0.1:" + clientPort;
    }

    boolean alive() {
        return process.isAlive();
    }

    /// After [#kill], with the same configuration and data, as a server of the other product.
    void startAgainAs(Product other) throws IOException {
        product = other;
        startAgain();
    }

    private static Process launch(Product product, Path folder) throws IOException {
        List<String> command = new ArrayList<>(List.of(Processes.java()));
        command.addAll(Processes.arguments(product, folder, List.of("-Xmx256m", "-XX:+UseSerialGC"), Map.of()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                .start();
    }

    long sid() {
        return sid;
    }

    /// `leader`, `follower`, or an empty text when it does not serve.
    String mode() {
        return line("Mode: ");
    }

    /// The rest of the line of `srvr` that begins so; empty when it does not serve.
    private String line(String start) {
        return Processes.fact(word("srvr"), start);
    }

    /// What a four-letter word brings; empty when nobody answers.
    String word(String word) {
        var here = new InetSocketAddress(InetAddress.getLoopbackAddress(), clientPort);
        return Processes.ask(here, word.getBytes(StandardCharsets.US_ASCII), WORD_MS);
    }

    /// SIGKILL.
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /// After [#kill], with the same configuration and data.
    void startAgain() throws IOException {
        process = launch(product, folder);
    }

    /// After [#kill], as a server that has seen the members change without it.
    ///
    /// @param line its own, as it was
    void startAgainWith(List<String> members, String version, String line) throws IOException {
        Path dynamic = Files.write(folder.resolve("zoo.cfg.dynamic." + version), members);
        List<String> lines = new ArrayList<>(Files.readAllLines(folder.resolve("zoo.cfg")));
        lines.removeIf(old -> old.startsWith("server.") || old.startsWith("dynamicConfigFile"));
        lines.add("dynamicConfigFile=" + dynamic);
        lines.add("zabra.self=" + line.substring(line.indexOf('=') + 1));
        Files.write(folder.resolve("zoo.cfg"), lines);
        startAgain();
    }

    /// How many lines of its log have this in them.
    long timesSaid(String text) throws IOException {
        try (var lines = Files.lines(folder.resolve("log"))) {
            return lines.filter(line -> line.contains(text)).count();
        }
    }

    /// Whether something in its log matches, over several lines where need be.
    boolean said(String pattern) throws IOException {
        String log = Files.readString(folder.resolve("log"));
        return Pattern.compile(pattern, Pattern.DOTALL).matcher(log).find();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
