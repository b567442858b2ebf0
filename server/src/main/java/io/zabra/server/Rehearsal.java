// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server;

import io.zabra.server.config.ConfigInput;
import io.zabra.server.config.ConfigReader;
import io.zabra.server.config.ConfigResult;
import io.zabra.server.config.ServerConfig;
import io.zabra.server.observe.Events;
import io.zabra.server.observe.Metrics;
import io.zabra.server.report.Notifications;
import io.zabra.server.runtime.Server;
import io.zabra.wire.client.CreateRequest;
import io.zabra.wire.client.DeleteRequest;
import io.zabra.wire.client.ExistsRequest;
import io.zabra.wire.client.GetChildren2Request;
import io.zabra.wire.client.GetChildrenRequest;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.MultiRequest;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.PingRequest;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.SetDataRequest;
import io.zabra.wire.client.SyncRequest;
import io.zabra.wire.data.Acl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;

/// Runs a server through what it will have to do, for a JVM that watches and writes a start-up cache (`AOTCache`) from
/// what it saw: which classes are loaded, and which methods are worth compiling.
///
/// Start, work of all common kinds, stop, start again on what is on the disk, stop. The server listens on loopback, on
/// a port of the system's choice. The launcher runs this once after each build.
public final class Rehearsal {

    private static final int PARENTS = 20;
    private static final int CHILDREN = 200;
    private static final int ROUNDS = 3;

    private final ServerConfig config;
    private final Events events = new Events(LoggerFactory.getLogger("zabra"), () -> System.nanoTime() / 1_000_000);

    private Rehearsal(ServerConfig config) {
        this.config = config;
    }

    /// @param arguments an empty folder to work in
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != 1) {
            throw new IllegalArgumentException("usage: Rehearsal FOLDER");
        }
        Path folder = Path.of(arguments[0]);
        Path file = folder.resolve("zoo.cfg");
        String data = folder.resolve("data").toString().replace("\\", "\\\\");
        String zooCfg = "dataDir=" + data + "\nclientPort=0\nclientPortAddress=127.0.0.1\nsnapCount=2000\n"
                + "4lw.commands.whitelist=*\n";
        Files.write(file, zooCfg.getBytes(StandardCharsets.ISO_8859_1));
        switch (ConfigReader.read(ConfigInput.of(file, Map.of()))) {
            case ConfigResult.Accepted accepted -> new Rehearsal(accepted.config()).run();
            case ConfigResult.Rejected rejected ->
                throw new IllegalStateException(rejected.problems().toString());
        }
    }

    private void run() throws IOException, InterruptedException {
        try (Server server = start();
                RehearsalClient client = RehearsalClient.connect(server.port())) {
            client.send(creations());
            for (int round = 0; round < ROUNDS; round++) {
                client.send(work());
            }
            RehearsalClient.ask(server.port(), "mntr");
        }
        try (Server server = start();
                RehearsalClient client = RehearsalClient.connect(server.port())) {
            client.send(List.of(new SyncRequest("/"), new GetDataRequest(child(1, 1), false)));
        }
    }

    private Server start() throws IOException, InterruptedException {
        return Server.start(config, new Metrics(), new Notifications(events, fatal -> {
            throw new IllegalStateException(fatal);
        }));
    }

    private static List<Request> creations() {
        List<Request> requests = new ArrayList<>();
        for (int parent = 0; parent < PARENTS; parent++) {
            requests.add(create(parent(parent)));
            for (int child = 0; child < CHILDREN; child++) {
                requests.add(create(child(parent, child)));
            }
        }
        return requests;
    }

    private static List<Request> work() {
        List<Request> requests = new ArrayList<>();
        for (int parent = 0; parent < PARENTS; parent++) {
            for (int child = 0; child < CHILDREN; child++) {
                String path = child(parent, child);
                requests.add(new GetDataRequest(path, child % 10 == 0));
                requests.add(new SetDataRequest(path, new byte[100], -1));
                requests.add(new ExistsRequest(path, false));
            }
            requests.add(new GetChildrenRequest(parent(parent), false));
            requests.add(new GetChildren2Request(parent(parent), true));
            requests.add(new MultiRequest(List.of(
                    new SetDataRequest(child(parent, 1), new byte[100], -1),
                    new DeleteRequest(child(parent, 0), -1),
                    create(child(parent, 0)))));
            requests.add(new PingRequest());
        }
        return requests;
    }

    private static Request create(String path) {
        return new CreateRequest(OpCode.CREATE, path, new byte[100], Acl.OPEN, 0);
    }

    private static String parent(int parent) {
        return "/parent" + parent;
    }

    private static String child(int parent, int child) {
        return parent(parent) + "/child-with-a-name-" + child;
    }
}
