// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.diff;

import io.zabra.interop.raw.Jute;
import io.zabra.interop.raw.Ops;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One request of a plan.
///
/// @param xid the request number to send, or null for the connection's next one
/// @param body writes the body; not used when there are parts
/// @param parts the operations of a multi or multiRead, which can be left out one by one when a plan is shrunk
/// @param closes whether the server is expected to close the connection after its answer
record Call(
        int op, @Nullable Integer xid, Body body, @Nullable List<Call> parts, boolean closes, String text) {

    /// Writes the body of a request.
    interface Body {
        void write(Jute out, Env env);
    }

    static Call of(int op, String text, Body body) {
        return new Call(op, null, body, null, false, text);
    }

    static Call multi(int op, List<Call> parts) {
        return new Call(op, null, (out, env) -> {}, parts, false, op == Ops.MULTI ? "multi" : "multiRead");
    }

    Call withXid(int number) {
        return new Call(op, number, body, parts, closes, text);
    }

    Call withParts(List<Call> fewer) {
        return new Call(op, xid, body, fewer, closes, text);
    }

    Call closing() {
        return new Call(op, xid, body, parts, true, text);
    }

    /// The same request with its encoded body spoiled.
    Call spoiled(String how, Spoiler spoiler) {
        return new Call(
                op, xid, (out, env) -> out.raw(spoiler.spoil(encode(env))), null, closes, describe() + " " + how);
    }

    /// Changes the bytes of a body.
    interface Spoiler {
        byte[] spoil(byte[] bytes);
    }

    /// Credentials take effect when they are read from the socket, and are answered out of turn.
    boolean outOfTurn() {
        return op == Ops.AUTH || op == Ops.SASL;
    }

    byte[] encode(Env env) {
        var out = new Jute();
        if (parts == null) {
            body.write(out, env);
            return out.toBytes();
        }
        for (Call part : parts) {
            Ops.multiHeader(out, part.op());
            part.body().write(out, env);
        }
        return Ops.multiEnd(out).toBytes();
    }

    String describe() {
        String name = xid == null ? text : text + " xid=" + xid;
        return parts == null ? name : name + parts.stream().map(Call::describe).toList();
    }
}
