// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli.ensemble;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/// A process that answers `srvr` on its client port as a member does: the third as the leader, the second not yet
/// serving while there is a file `wait` beside its configuration.
final class FakeMember {

    private FakeMember() {}

    public static void main(String[] args) throws IOException {
        Path config = Path.of(args[1]);
        Properties settings = new Properties();
        try (var in = Files.newBufferedReader(config, StandardCharsets.ISO_8859_1)) {
            settings.load(in);
        }
        System.out.println("started with " + args[0] + " " + config);
        if (Files.exists(config.resolveSibling("fail"))) {
            System.out.println("error: the data was refused");
            System.exit(4);
        }
        if (Files.exists(config.resolveSibling("hang"))) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                while (true) {
                    Thread.onSpinWait();
                }
            }));
        }
        int port = Integer.parseInt(settings.getProperty("clientPort"));
        String id = config.getParent().getFileName().toString();
        try (ServerSocket server = new ServerSocket(port, 10, InetAddress.getLoopbackAddress())) {
            while (true) {
                try (Socket socket = server.accept()) {
                    socket.getInputStream().readNBytes(4);
                    boolean waits = Files.exists(config.resolveSibling("wait"));
                    String text = waits
                            ? "This ZooKeeper instance is not currently serving requests\n"
                            : "Zookeeper version: 3.9.5\nConnections: 3\nZxid: 0x10000000" + id + "\nMode: "
                                    + (id.equals("3") ? "leader" : "follower") + "\n";
                    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
                }
            }
        }
    }
}
