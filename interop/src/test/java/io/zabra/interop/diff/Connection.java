// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.diff;

import io.zabra.interop.raw.Frame;
import io.zabra.interop.raw.Ops;
import io.zabra.interop.raw.RawClient;
import io.zabra.interop.raw.RawClient.SilentServer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A connection of a plan: sends calls and writes down what comes back, in order.
final class Connection {

    /// Limit of the wait for a server to close a connection.
    private static final int CLOSE_LIMIT_MS = 1_500;

    private final RawClient client;
    private final Names names;
    private final Answers answers;
    private final Set<Long> sessionCloses;

    /// @param sessionCloses zxids at which a session ended, whose deletions come in no promised order; added to
    Connection(RawClient client, Names names, Set<Long> sessionCloses) {
        this.client = client;
        this.names = names;
        this.sessionCloses = sessionCloses;
        answers = new Answers(names);
    }

    RawClient client() {
        return client;
    }

    /// Lines of the answers, and whether the connection is still open after them.
    record Heard(List<String> lines, boolean open) {}

    Heard send(List<Call> calls, Env env) {
        var inTurn = new ArrayDeque<Call>();
        var outOfTurn = new ArrayDeque<Call>();
        boolean closes = false;
        for (Call call : calls) {
            if (call.xid() == null) {
                client.queue(call.op(), call.encode(env));
            } else {
                client.queue(call.xid(), call.op(), call.encode(env));
            }
            (call.outOfTurn() && calls.size() > 1 ? outOfTurn : inTurn).add(call);
            closes |= call.closes();
        }
        client.flush();
        var ears = new Ears();
        boolean open = ears.hear(inTurn, outOfTurn);
        if (open && closes) {
            return hearEnd(ears.lines());
        }
        return new Heard(ears.lines(), open);
    }

    /// Takes frames until the calls are answered.
    private final class Ears {
        private final List<String> inOrder = new ArrayList<>();
        private final List<String> late = new ArrayList<>();

        boolean hear(ArrayDeque<Call> inTurn, ArrayDeque<Call> outOfTurn) {
            while (!inTurn.isEmpty() || !outOfTurn.isEmpty()) {
                Frame frame;
                try {
                    frame = client.read();
                } catch (SilentServer silent) {
                    inOrder.add("no answer");
                    return false;
                }
                if (frame == null) {
                    inOrder.add("closed");
                    return false;
                }
                if (frame.isEvent()) {
                    event(frame);
                } else if (inTurn.isEmpty() || isReplyTo(outOfTurn.peek(), frame)) {
                    late.add(answers.reply(outOfTurn.remove(), frame));
                } else {
                    Call call = inTurn.remove();
                    if (call.op() == Ops.CLOSE_SESSION) {
                        sessionCloses.add(frame.zxid());
                        // Its own events came before the reply.
                        sortEventsOf(frame.zxid());
                    }
                    inOrder.add(answers.reply(call, frame));
                }
            }
            return true;
        }

        void event(Frame frame) {
            inOrder.add(answers.event(frame));
            if (sessionCloses.contains(frame.zxid())) {
                sortEventsOf(frame.zxid());
            }
        }

        private void sortEventsOf(long zxid) {
            String start = "event " + names.zxid(zxid) + " ";
            int from = inOrder.size();
            while (from > 0 && inOrder.get(from - 1).startsWith(start)) {
                from--;
            }
            inOrder.subList(from, inOrder.size()).sort(null);
        }

        List<String> lines() {
            inOrder.addAll(late);
            late.clear();
            return inOrder;
        }
    }

    private static boolean isReplyTo(@Nullable Call call, Frame frame) {
        return call != null && call.xid() != null && call.xid() == frame.xid();
    }

    /// Takes what comes until the server closes the connection, which it should do soon.
    Heard hearEnd(List<String> before) {
        var ears = new Ears();
        client.limitAnswersTo(CLOSE_LIMIT_MS);
        var lines = new ArrayList<>(before);
        boolean closed = false;
        try {
            for (Frame frame = client.read(); frame != null; frame = client.read()) {
                if (frame.isEvent()) {
                    ears.event(frame);
                } else {
                    ears.inOrder.add("stray reply xid=" + frame.xid() + " err=" + frame.error());
                }
            }
            closed = true;
        } catch (SilentServer stillOpen) {
            closed = false;
        }
        lines.addAll(ears.lines());
        lines.add(closed ? "closed" : "left open");
        client.close();
        return new Heard(lines, false);
    }
}
