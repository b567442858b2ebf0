// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.probes;

import io.zabra.interop.raw.Frame;
import io.zabra.interop.raw.Handshake;
import io.zabra.interop.raw.JuteReader;
import io.zabra.interop.raw.Ops;
import io.zabra.interop.raw.RawClient;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Asks a server, and writes each answer down as one line of text: what was asked, and what came.
///
/// Left out is what differs from run to run: times, session ids, passwords, and the order of lists for which the
/// protocol promises none.
final class Recorder implements AutoCloseable {

    private static final int TIMEOUT_MS = 10_000;
    private static final int PING_XID = -2;
    private static final HexFormat HEX = HexFormat.of();

    private final InetSocketAddress server;
    private final long startMs = System.currentTimeMillis();
    private final Map<String, RawClient> clients = new LinkedHashMap<>();
    private final Map<Long, String> sessions = new LinkedHashMap<>();
    private final List<String> lines = new ArrayList<>();

    Recorder(InetSocketAddress server) {
        this.server = server;
    }

    /// `what was asked: what came`, in the order of the questions; no two begin alike.
    List<String> lines() {
        return Collections.unmodifiableList(lines);
    }

    InetSocketAddress server() {
        return server;
    }

    RawClient open(String name) {
        return keep(name, RawClient.open(server, Handshake.fresh(TIMEOUT_MS)));
    }

    private RawClient keep(String name, RawClient client) {
        RawClient former = clients.put(name, client);
        if (former != null) {
            former.close();
        }
        sessions.put(client.session().sessionId(), "<session of " + name + ">");
        return client;
    }

    /// Connects, and writes down what the server says to the handshake.
    RawClient shakeHands(String what, String name, Handshake handshake) {
        RawClient client = RawClient.dial(server);
        Handshake.Answer answer = client.shakeHands(handshake);
        if (answer == null) {
            lines.add(what + ": closed");
            return client;
        }
        if (answer.accepted()) {
            keep(name, client);
        }
        String session = sessions.getOrDefault(answer.sessionId(), Long.toHexString(answer.sessionId()));
        String password =
                answer.accepted() ? "<" + answer.password().length + " bytes>" : HEX.formatHex(answer.password());
        lines.add("%s: version %d, timeout %d, session %s, password %s, behind it '%s'"
                .formatted(
                        what,
                        answer.protocolVersion(),
                        answer.timeoutMs(),
                        session,
                        password,
                        HEX.formatHex(answer.trailer())));
        return client;
    }

    void ask(String what, RawClient client, int op, byte[] body) {
        write(what, op, client.callAll(op, body));
    }

    void ask(String what, RawClient client, int xid, int op, byte[] body) {
        client.queue(xid, op, body);
        client.flush();
        receive(what, client, 1, op);
    }

    /// The events that are there, by means of a ping.
    void events(String what, RawClient client) {
        ask(what, client, PING_XID, Ops.PING, Ops.EMPTY);
    }

    /// Takes so many replies, with the events before them; each becomes a line.
    void receive(String what, RawClient client, int replies, int... ops) {
        for (int i = 0; i < replies; i++) {
            var frames = new ArrayList<Frame>();
            Frame frame;
            do {
                frame = client.read();
                if (frame != null) {
                    frames.add(frame);
                }
            } while (frame != null && frame.isEvent());
            write(replies == 1 ? what : what + ", answer " + (i + 1), ops[i], frames);
        }
    }

    /// The server must have closed the connection.
    void end(String what, RawClient client) {
        Frame frame = client.read();
        lines.add(what + ": " + (frame == null ? "closed" : "open"));
    }

    private void write(String what, int op, List<Frame> frames) {
        var line = new StringBuilder(what).append(":");
        frames.stream()
                .filter(Frame::isEvent)
                .map(Heard::of)
                .sorted(Heard.ORDER)
                .forEach(line::append);
        if (frames.isEmpty() || frames.getLast().isEvent()) {
            line.append(" closed");
        } else {
            Frame reply = frames.getLast();
            line.append(" xid ").append(reply.xid()).append(", zxid ").append(reply.zxid());
            line.append(", error ").append(reply.error());
            if (reply.body().length > 0) {
                line.append(", ").append(body(op, reply));
            }
        }
        lines.add(line.toString());
    }

    private String body(int op, Frame reply) {
        JuteReader in = reply.reader();
        return switch (op) {
            case Ops.GET_CHILDREN, Ops.GET_CHILDREN2, Ops.GET_EPHEMERALS -> {
                List<String> names = in.strings();
                Collections.sort(names);
                yield (names + " " + hex(rest(reply, in))).strip();
            }
            case Ops.WHO_AM_I -> {
                List<String> who = in.list(each -> each.string() + ":" + each.string());
                Collections.sort(who);
                yield who.toString();
            }
            case Ops.GET_ACL -> {
                List<String> acl = in.list(each -> each.int32() + " " + each.string() + ":" + each.string());
                Collections.sort(acl);
                yield acl + " " + hex(rest(reply, in));
            }
            default -> hex(reply.body());
        };
    }

    /// An event. Where several of one kind come with one transaction, no order of theirs is promised.
    private record Heard(int type, int state, String path, long zxid) {

        /// Stable: all else stays in the order in which it came.
        static final Comparator<Heard> ORDER = (one, other) ->
                one.type == other.type && one.zxid == other.zxid && one.zxid > 0 ? one.path.compareTo(other.path) : 0;

        static Heard of(Frame frame) {
            JuteReader in = frame.reader();
            return new Heard(in.int32(), in.int32(), in.string(), frame.zxid());
        }

        @Override
        public String toString() {
            return " {event %d, state %d, %s, zxid %d}".formatted(type, state, path, zxid);
        }
    }

    private static byte[] rest(Frame reply, JuteReader in) {
        byte[] body = reply.body();
        return java.util.Arrays.copyOfRange(body, body.length - in.remaining(), body.length);
    }

    /// In hexadecimal, with names in the place of session ids and times. The ids go first: they hold times.
    private String hex(byte[] bytes) {
        String text = HEX.formatHex(bytes);
        for (Map.Entry<Long, String> session : sessions.entrySet()) {
            text = text.replace(HEX.toHexDigits(session.getKey()), session.getValue());
        }
        var out = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            boolean time = isTime(text, at);
            out.append(time ? "<time>" : text.substring(at, at + 1));
            at += time ? 2 * Long.BYTES : 1;
        }
        return out.toString();
    }

    private boolean isTime(String text, int at) {
        int end = at + 2 * Long.BYTES;
        if (end > text.length()
                || !text.startsWith("0000", at)
                || text.substring(at, end).indexOf('<') >= 0) {
            return false;
        }
        long value = HexFormat.fromHexDigitsToLong(text, at, end);
        return value >= startMs - 1_000 && value <= System.currentTimeMillis() + 1_000;
    }

    @Override
    public void close() {
        clients.values().forEach(RawClient::close);
    }
}
