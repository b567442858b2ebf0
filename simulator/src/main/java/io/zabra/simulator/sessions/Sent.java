// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.sessions;

import io.zabra.wire.WireWriter;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.Request;
import io.zabra.wire.data.Id;
import java.util.Arrays;
import java.util.List;

/// A request as it was sent.
///
/// @param member the server that it was sent to
/// @param connection the number of the connection, of which later ones have larger numbers
/// @param credentials what its connection had proved by then
/// @param completed the last transaction that any client had been told of at that time
public record Sent(
        long session, long member, int connection, int xid, Request request, List<Id> credentials, long completed) {

    /// Whether these are its bytes, and whoever asks has proved the same.
    public boolean is(OpCode op, byte[] body, List<Id> proved) {
        return request.op() == op
                && Arrays.equals(bytes(), body)
                && proved.size() == credentials.size()
                && credentials.containsAll(proved);
    }

    /// Whether nobody could tell the two apart, but by the connections that they came by.
    boolean isLike(Sent other) {
        return session == other.session && xid == other.xid && is(other.request.op(), other.bytes(), other.credentials);
    }

    private byte[] bytes() {
        WireWriter out = new WireWriter();
        request.write(out);
        return out.toByteArray();
    }
}
