// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.diff;

import io.zabra.interop.raw.Frame;
import io.zabra.interop.raw.Handshake;
import io.zabra.interop.raw.JuteReader;
import io.zabra.interop.raw.NodeStat;
import io.zabra.interop.raw.Ops;
import io.zabra.interop.raw.Ops.AclEntry;
import io.zabra.interop.raw.RawClient;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Plays plans on one server, each under a root node of its own. Owned by one thread.
///
/// After a plan every session that it left is ended, so that none can expire in the middle of a later plan and use up
/// a zxid there.
final class Player implements AutoCloseable {

    static final int SLOTS = 4;
    static final int TIMEOUT_MS = 90_000;

    private static final Call PING = Call.of(Ops.PING, "ping", (out, env) -> {}).withXid(-2);

    private final InetSocketAddress server;
    private final RawClient control;
    private int plays;

    /// @param control where the root nodes are made: the server itself, past any proxy before it
    Player(InetSocketAddress server, InetSocketAddress control) {
        this.server = server;
        this.control = RawClient.open(control, Handshake.fresh(TIMEOUT_MS));
        this.control.callOk(Ops.AUTH, Ops.auth("digest", "super:secret".getBytes(StandardCharsets.UTF_8)));
    }

    Transcript play(Plan plan) {
        String root = "/s%06d".formatted(plays++);
        Frame made = control.callOk(Ops.CREATE, Ops.create(root, Ops.EMPTY, 0));
        return new Scene(new Env(root, made.zxid())).play(plan);
    }

    @Override
    public void close() {
        control.call(Ops.CLOSE_SESSION, Ops.EMPTY);
        control.close();
    }

    /// A client of a plan: a session, and the connection that may stand for it.
    private static final class Slot {
        @Nullable
        Connection connection;

        long sessionId;
        byte[] password = {};
    }

    /// One session that has to be ended after the plan.
    private record Left(long id, byte[] password) {}

    /// One play of one plan.
    private final class Scene {
        private final Env env;
        private final Names names;
        private final Slot[] slots = new Slot[SLOTS];
        private final List<Left> left = new ArrayList<>();
        private final Set<Long> sessionCloses = new HashSet<>();

        Scene(Env env) {
            this.env = env;
            names = new Names(env);
            Arrays.setAll(slots, i -> new Slot());
        }

        Transcript play(Plan plan) {
            var answers = new ArrayList<List<String>>();
            for (Step step : plan.steps()) {
                answers.add(perform(step));
            }
            answers.add(curtain());
            endSessions();
            return new Transcript(answers);
        }

        private List<String> perform(Step step) {
            Slot slot = slots[step.slot()];
            return switch (step) {
                case Step.Open open -> open(slot, open);
                case Step.Resume resume -> resume(slot, resume);
                case Step.Drop drop -> drop(slot);
                case Step.Send send -> {
                    if (slot.connection == null) {
                        yield List.of("not connected");
                    }
                    yield take(slot, slot.connection.send(send.calls(), env));
                }
                case Step.Broken broken -> {
                    if (slot.connection == null) {
                        yield List.of("not connected");
                    }
                    // First what is still on its way, which a connection that ends may lose.
                    Connection.Heard before = slot.connection.send(List.of(PING), env);
                    slot.connection.client().sendBytes(broken.bytes());
                    yield take(slot, slot.connection.hearEnd(before.lines()));
                }
            };
        }

        private List<String> take(Slot slot, Connection.Heard heard) {
            if (!heard.open() && slot.connection != null) {
                slot.connection.client().close();
                slot.connection = null;
            }
            return heard.lines();
        }

        private List<String> drop(Slot slot) {
            if (slot.connection == null) {
                return List.of("not connected");
            }
            slot.connection.client().close();
            slot.connection = null;
            return List.of("dropped");
        }

        private List<String> open(Slot slot, Step.Open step) {
            drop(slot);
            long seen = switch (step.seen()) {
                case NOTHING -> 0;
                case BASE -> env.baseZxid();
                case FUTURE -> env.baseZxid() + 1_000_000_000L;
            };
            slot.sessionId = 0;
            byte @Nullable [] password = secret(slot, step.password());
            return connect(slot, new Handshake(seen, step.timeoutMs(), 0, password, step.dialect()));
        }

        private List<String> resume(Slot slot, Step.Resume step) {
            if (slot.sessionId == 0) {
                return List.of("no session");
            }
            Connection old = slot.connection;
            if (old != null && step.password() != Step.Password.RIGHT) {
                drop(slot);
                old = null;
            }
            byte @Nullable [] password = secret(slot, step.password());
            var lines = new ArrayList<>(
                    connect(slot, new Handshake(0, step.timeoutMs(), slot.sessionId, password, step.dialect())));
            if (old != null) {
                lines.add("old connection:");
                lines.addAll(old.hearEnd(List.of()).lines());
            }
            return lines;
        }

        private byte @Nullable [] secret(Slot slot, Step.Password kind) {
            return switch (kind) {
                case ZEROS -> new byte[16];
                case NONE -> null;
                case EMPTY -> new byte[0];
                case RIGHT -> slot.password;
                case WRONG -> new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
            };
        }

        private List<String> connect(Slot slot, Handshake handshake) {
            RawClient client = RawClient.dial(server);
            slot.connection = null;
            Handshake.Answer answer;
            try {
                answer = client.shakeHands(handshake);
            } catch (RawClient.SilentServer silent) {
                client.close();
                return List.of("no answer");
            }
            if (answer == null) {
                client.close();
                return List.of("closed");
            }
            var connection = new Connection(client, names, sessionCloses);
            if (!answer.accepted()) {
                return connection.hearEnd(List.of(shown(answer))).lines();
            }
            if (answer.sessionId() != slot.sessionId) {
                slot.sessionId = answer.sessionId();
                slot.password = answer.password();
                names.learnSession(slot.sessionId, "S" + left.size());
                left.add(new Left(slot.sessionId, slot.password));
            }
            slot.connection = connection;
            return List.of(shown(answer));
        }

        /// A password is told by its length and by being the one that the session began with.
        private String shown(Handshake.Answer answer) {
            boolean same = left.stream()
                    .filter(l -> l.id() == answer.sessionId())
                    .allMatch(l -> Arrays.equals(l.password(), answer.password()));
            String session = left.stream().anyMatch(l -> l.id() == answer.sessionId())
                    ? names.session(answer.sessionId())
                    : answer.sessionId() == 0 ? "none" : "new";
            return "session version=%d timeout=%d id=%s password=%dB%s trailer=%s"
                    .formatted(
                            answer.protocolVersion(),
                            answer.timeoutMs(),
                            session,
                            answer.password().length,
                            same ? "" : " changed",
                            Arrays.toString(answer.trailer()));
        }

        /// What is still on its way to each connection, and then the whole tree below the root node.
        private List<String> curtain() {
            var lines = new ArrayList<String>();
            for (int i = 0; i < SLOTS; i++) {
                Slot slot = slots[i];
                if (slot.connection != null) {
                    lines.add("client " + i + ":");
                    lines.addAll(take(slot, slot.connection.send(List.of(PING), env)));
                }
            }
            lines.add("tree:");
            walk(env.root(), lines);
            return lines;
        }

        private void walk(String path, List<String> lines) {
            Frame read = control.call(Ops.GET_DATA, Ops.read(path, false));
            if (read == null || read.error() != 0) {
                lines.add(names.path(path) + (read == null ? " closed" : " err=" + read.error()));
                return;
            }
            JuteReader data = read.reader();
            String shown = names.data(data.buffer());
            NodeStat stat = NodeStat.read(data);
            List<AclEntry> acl = control.callOk(Ops.GET_ACL, Ops.path(path))
                    .reader()
                    .list(r -> new AclEntry(r.int32(), r.stringOrNull(), r.stringOrNull()));
            lines.add(names.path(path) + " " + shown + " " + names.stat(stat) + " " + names.acl(acl));
            if (stat.numChildren() > 0) {
                control.callOk(Ops.GET_CHILDREN, Ops.read(path, false)).reader().strings().stream()
                        .sorted()
                        .forEach(child -> walk(path + "/" + child, lines));
            }
        }

        private void endSessions() {
            for (Slot slot : slots) {
                drop(slot);
            }
            for (Left session : left) {
                try (var client = RawClient.dial(server)) {
                    var answer =
                            client.shakeHands(Handshake.fresh(TIMEOUT_MS).ofSession(session.id(), session.password()));
                    if (answer != null && answer.accepted()) {
                        client.call(Ops.CLOSE_SESSION, Ops.EMPTY);
                    }
                }
            }
        }
    }
}
