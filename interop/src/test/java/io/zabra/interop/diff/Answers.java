// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.diff;

import io.zabra.interop.raw.Frame;
import io.zabra.interop.raw.JuteReader;
import io.zabra.interop.raw.NodeStat;
import io.zabra.interop.raw.Ops;
import io.zabra.interop.raw.Ops.AclEntry;
import java.nio.BufferUnderflowException;
import java.util.ArrayList;
import java.util.HexFormat;

/// Writes frames from a server as text. Every byte of a frame is in the text, or is replaced by a name of [Names].
final class Answers {

    private final Names names;

    Answers(Names names) {
        this.names = names;
    }

    String event(Frame frame) {
        try {
            JuteReader in = frame.reader();
            String text = "event %s err=%d type=%d state=%d %s"
                    .formatted(
                            names.zxid(frame.zxid()),
                            frame.error(),
                            in.int32(),
                            in.int32(),
                            names.path(in.stringOrNull()));
            return text + rest(in);
        } catch (BufferUnderflowException tooShort) {
            return "event undecodable " + HexFormat.of().formatHex(frame.body());
        }
    }

    String reply(Call call, Frame frame) {
        String head = "reply xid=%d zxid=%s err=%d".formatted(frame.xid(), names.zxid(frame.zxid()), frame.error());
        // With an error Apache's multiRead sends the results so far, which no client reads: an intended difference.
        if (frame.body().length == 0 || (call.op() == Ops.MULTI_READ && frame.error() != 0)) {
            return head;
        }
        try {
            JuteReader in = frame.reader();
            String body = body(call.op(), in);
            return head + " " + body + rest(in);
        } catch (BufferUnderflowException tooShort) {
            return head + " undecodable " + HexFormat.of().formatHex(frame.body());
        }
    }

    private static String rest(JuteReader in) {
        var rest = new StringBuilder();
        while (in.remaining() > 0) {
            rest.append(rest.isEmpty() ? " trailing " : "").append("%02x".formatted(in.int8()));
        }
        return rest.toString();
    }

    private String body(int op, JuteReader in) {
        return switch (op) {
            case Ops.CREATE, Ops.SYNC -> names.path(in.stringOrNull());
            case Ops.CREATE2, Ops.CREATE_CONTAINER, Ops.CREATE_TTL -> names.path(in.stringOrNull()) + " " + stat(in);
            case Ops.EXISTS, Ops.SET_DATA, Ops.SET_ACL -> stat(in);
            case Ops.GET_DATA, Ops.RECONFIG -> names.data(in.buffer()) + " " + stat(in);
            case Ops.GET_ACL -> names.acl(in.list(Answers::aclEntry)) + " " + stat(in);
            case Ops.GET_CHILDREN, Ops.GET_EPHEMERALS -> names.children(in.strings());
            case Ops.GET_CHILDREN2 -> names.children(in.strings()) + " " + stat(in);
            case Ops.GET_ALL_CHILDREN_NUMBER, Ops.ADD_WATCH -> Integer.toString(in.int32());
            case Ops.SASL -> names.data(in.buffer());
            case Ops.WHO_AM_I ->
                in.list(r -> r.string() + ":" + r.string()).stream()
                        .sorted()
                        .toList()
                        .toString();
            case Ops.MULTI, Ops.MULTI_READ -> multi(in);
            default -> "";
        };
    }

    private static AclEntry aclEntry(JuteReader in) {
        return new AclEntry(in.int32(), in.stringOrNull(), in.stringOrNull());
    }

    private String stat(JuteReader in) {
        return names.stat(NodeStat.read(in));
    }

    private String multi(JuteReader in) {
        var results = new ArrayList<String>();
        while (true) {
            int type = in.int32();
            boolean done = in.bool();
            int error = in.int32();
            if (done) {
                results.add("end(%d,%d)".formatted(type, error));
                return results.toString();
            }
            String body = type == -1 ? Integer.toString(in.int32()) : body(type, in);
            results.add("%d err=%d %s".formatted(type, error, body));
        }
    }
}
