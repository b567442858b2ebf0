// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.words;

import io.zabra.interop.process.RunningServer;
import io.zabra.interop.raw.Handshake;
import io.zabra.interop.raw.Jute;
import io.zabra.interop.raw.Ops;
import io.zabra.interop.raw.RawClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A server with a few clients that have done the same things as those of the other server, and its answers to
/// four-letter words, freed of what differs from one run to the next.
///
/// Clients are called by names: addresses and session ids become `<alice>`, an unknown address `<asker>`.
final class Stage implements AutoCloseable {

    /// Longer than the play, however busy the machine is.
    private static final int TIMEOUT_MS = 40_000;

    private final RunningServer server;
    private final Map<String, RawClient> clients = new LinkedHashMap<>();

    Stage(RunningServer server) {
        this.server = server;
    }

    RunningServer server() {
        return server;
    }

    RawClient join(String name) {
        RawClient client = RawClient.open(server.address(), Handshake.fresh(TIMEOUT_MS));
        clients.put(name, client);
        return client;
    }

    /// A connection that says nothing.
    void stare(String name) {
        clients.put(name, RawClient.dial(server.address()));
    }

    /// Every kind of node and of watch, a failed write, a session resumed on another connection.
    void play() {
        RawClient alice = join("alice");
        RawClient bob = join("bob");
        for (String path : List.of("/a", "/a/b", "/a/c", "/quiet")) {
            alice.callOk(Ops.CREATE, Ops.create(path, "data".getBytes(StandardCharsets.US_ASCII), 0));
        }
        alice.callOk(Ops.CREATE, Ops.create("/a/mine-1", Ops.EMPTY, 1));
        alice.callOk(Ops.CREATE, Ops.create("/a/mine-2", Ops.EMPTY, 1));
        bob.callOk(Ops.CREATE, Ops.create("/a/of-bob", Ops.EMPTY, 1));
        alice.call(Ops.CREATE, Ops.create("/a", Ops.EMPTY, 0));
        alice.call(Ops.SET_DATA, Ops.setData("/absent", Ops.EMPTY, 7));
        alice.callOk(Ops.GET_DATA, Ops.read("/a", true));
        alice.callOk(Ops.GET_CHILDREN, Ops.read("/a", true));
        alice.call(Ops.EXISTS, Ops.read("/absent", true));
        bob.callOk(Ops.GET_DATA, Ops.read("/a", true));
        bob.callOk(Ops.ADD_WATCH, new Jute().string("/a/b").int32(0).toBytes());
        bob.callOk(Ops.ADD_WATCH, new Jute().string("/a").int32(1).toBytes());
        bob.queue(-2, Ops.PING, Ops.EMPTY);
        bob.flush();
        bob.read();

        RawClient before = join("carol");
        before.callOk(Ops.EXISTS, Ops.read("/quiet", false));
        RawClient after = RawClient.dial(server.address());
        Handshake.Answer session = before.session();
        after.shakeHands(Handshake.fresh(TIMEOUT_MS).ofSession(session.sessionId(), session.password()));
        before.close();
        clients.put("carol", after);

        join("dave");
        stare("eve");
        join("frank").call(Ops.CREATE, Ops.create("/a", Ops.EMPTY, 0));
        RawClient grace = join("grace");
        grace.callOk(Ops.EXISTS, Ops.read("/quiet", false));
        grace.callOk(Ops.AUTH, Ops.auth("digest", "grace:secret".getBytes(StandardCharsets.US_ASCII)));
        var failing = new Jute();
        Ops.multiHeader(failing, Ops.DELETE).raw(Ops.delete("/absent", -1));
        join("heidi").callOk(Ops.MULTI, Ops.multiEnd(failing).toBytes());
        join("ivan").callOk(Ops.SET_WATCHES, setWatches(List.of("/quiet")));
        join("judy").call(Ops.EXISTS, Ops.read("/absent", false));
        RawClient kevin = join("kevin");
        kevin.callOk(Ops.CREATE, Ops.create("/a/of-kevin", Ops.EMPTY, 1));
        kevin.callOk(Ops.CLOSE_SESSION, Ops.EMPTY);
    }

    private static byte[] setWatches(List<String> data) {
        return new Jute()
                .int64(0x7FFF_FFFFL)
                .strings(data)
                .strings(List.of())
                .strings(List.of())
                .toBytes();
    }

    /// The answer, normalised.
    String ask(String word) {
        return normalise(server.fourLetterWord(word));
    }

    private String normalise(String answer) {
        String text = answer;
        for (Map.Entry<String, RawClient> entry : clients.entrySet()) {
            String name = "<" + entry.getKey() + ">";
            RawClient client = entry.getValue();
            text = text.replace("/127.0.0.1:" + client.localPort(), name);
            if (client.connected()) {
                text = text.replace("0x" + Long.toHexString(client.session().sessionId()), name);
            }
        }
        return text.replaceAll("/127\\.0\\.0\\.1:\\d+", "<asker>")
                .replace("clientPort=" + server.address().getPort(), "clientPort=<port>")
                .replaceAll("3\\.9\\.5-[^,]+, built on [-:0-9 ]+UTC", "<version>")
                .replaceAll("est=\\d+", "est=<ms>")
                .replaceAll("lresp=\\d+", "lresp=<ms>")
                .replaceAll("(llat|minlat|avglat|maxlat)=\\d+", "$1=<ms>")
                .replaceAll("min/avg/max: \\d+/\\d+\\.\\d+/\\d+", "min/avg/max: <int>/<decimal>/<int>")
                .replace(server.setup().dataDir().toString(), "<dataDir>")
                .replaceAll("((?:dataDirSize=|dataLogSize=|datadir_size: |logdir_size: ))\\d+", "$1<bytes>")
                .replaceAll("(java\\.class\\.path=).*", "$1<path>")
                .replaceAll("(os\\.memory\\.\\w+=)\\d+MB", "$1<MB>")
                .replaceAll("\\d+ expire at \\w+ \\w+ \\d+ [:\\d]+ \\w+ \\d+:\n", "")
                .replaceAll("(Session|Connections) Sets \\(\\d+\\)", "$1 Sets (<sets>)");
    }

    /// The lines in an order that both servers share, since Apache's goes by hash codes; a line that begins with a tab
    /// stays behind the one that it belongs to.
    static List<String> sorted(String text) {
        var blocks = new ArrayList<List<String>>();
        for (String line : text.split("\n", -1)) {
            if (!line.startsWith("\t") || blocks.isEmpty()) {
                blocks.add(new ArrayList<>());
            }
            blocks.getLast().add(line);
        }
        return blocks.stream()
                .map(block -> {
                    block.subList(1, block.size()).sort(Comparator.naturalOrder());
                    return String.join("\n", block);
                })
                .sorted()
                .toList();
    }

    @Override
    public void close() {
        clients.values().forEach(RawClient::close);
        server.close();
    }
}
