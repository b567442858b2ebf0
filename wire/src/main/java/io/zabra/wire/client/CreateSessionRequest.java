// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;

/// `createSession`, opcode -10. Servers make it from a [ConnectRequest]; clients have no right to send it.
public record CreateSessionRequest(int timeoutMs) implements Request {

    public static CreateSessionRequest read(WireReader in) {
        return new CreateSessionRequest(in.int32());
    }

    @Override
    public void write(WireWriter out) {
        out.int32(timeoutMs);
    }

    @Override
    public OpCode op() {
        return OpCode.CREATE_SESSION;
    }
}
