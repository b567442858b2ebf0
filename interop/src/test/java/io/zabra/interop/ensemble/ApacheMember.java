// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.ensemble;

import io.zabra.interop.process.Product;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A server of Apache that is a member of an ensemble, in a process of its own.
final class ApacheMember implements AutoCloseable {

    private final long sid;
    private final Product product;
    private final Path folder;
    private final int clientPort;
    private Process process;

    private ApacheMember(long sid, Product product, Path folder, int clientPort, Process process) {
        this.sid = sid;
        this.product = product;
        this.folder = folder;
        this.clientPort = clientPort;
        this.process = process;
    }

    /// Starts the member `sid` of an ensemble of voters; does not wait for it.
    static ApacheMember start(long sid, Product product, Map<Long, Ports> all) throws IOException {
        Path folder = Files.createTempDirectory("zabra-member-" + sid + "-");
        Files.writeString(folder.resolve("myid"), Long.toString(sid));
        List<String> lines = new ArrayList<>(List.of(
                "tickTime=1000",
                "initLimit=10",
                "syncLimit=5",
                "admin.enableServer=false",
                "4lw.commands.whitelist=*",
                "clientPort=" + all.get(sid).client(),
                "clientPortAddress=127.0.0.1",
                "dataDir=" + folder));
        all.forEach((id, ports) ->
                lines.add("server." + id + "=127.0.0.1:" + ports.quorum() + ":" + ports.election() + ":participant"));
        Files.write(folder.resolve("zoo.cfg"), lines);
        return new ApacheMember(sid, product, folder, all.get(sid).client(), launch(product, folder));
    }

    private static Process launch(Product product, Path folder) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        product.classPath(),
                        "org.apache.zookeeper.server.quorum.QuorumPeerMain",
                        folder.resolve("zoo.cfg").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    long sid() {
        return sid;
    }

    /// `leader`, `follower`, or an empty text when it does not serve.
    String mode() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), clientPort), 1_000);
            socket.setSoTimeout(1_000);
            socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return answer.lines()
                    .filter(line -> line.startsWith("Mode: "))
                    .map(line -> line.substring("Mode: ".length()))
                    .findFirst()
                    .orElse("");
        } catch (IOException _) {
            return "";
        }
    }

    /// SIGKILL.
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    void restart() throws IOException {
        process = launch(product, folder);
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
