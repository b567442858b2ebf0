// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.client.AuthRequest;
import io.zabra.wire.client.OpCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// What a client has presented to prove who it is, to be presented again on each new connection, and the calls
/// that wait for the answers. Owner: the I/O thread.
final class Credentials {

    private final List<AuthRequest> known;

    /// Sent on this connection and not answered, in order.
    private final Queue<Call> sent = new ArrayDeque<>();

    /// Their answer was lost with a connection.
    private final Queue<Call> again = new ArrayDeque<>();

    Credentials(List<AuthRequest> known) {
        this.known = new ArrayList<>(known);
    }

    /// All packets to begin a connection with.
    List<byte[]> present(int xid) {
        List<byte[]> frames = new ArrayList<>();
        for (AuthRequest credential : known) {
            byte[] frame = Call.frame(xid, credential);
            frames.add(frame);
            sent.add(waiterFor(frame));
        }
        return frames;
    }

    private Call waiterFor(byte[] frame) {
        for (Call call : again) {
            if (Arrays.equals(frame, call.frame())) {
                again.remove(call);
                return call;
            }
        }
        return new Call(OpCode.AUTH, new byte[0], null, Call.NOBODY);
    }

    /// A call with a credential goes out.
    void sending(Call call) {
        byte[] frame = call.frame();
        AuthRequest credential = AuthRequest.read(new WireReader(frame, Call.BODY_AT, frame.length));
        known.removeIf(other ->
                Objects.equals(other.scheme(), credential.scheme()) && Arrays.equals(other.auth(), credential.auth()));
        known.add(credential);
        sent.add(call);
    }

    /// The call that the next answer is for.
    @Nullable
    Call answered() {
        return sent.poll();
    }

    /// The connection is gone: what was not answered waits for the next one.
    void disconnected() {
        sent.removeIf(call -> call.frame().length == 0);
        again.addAll(sent);
        sent.clear();
    }

    /// Calls whose answer was lost.
    Queue<Call> lost() {
        return again;
    }
}
