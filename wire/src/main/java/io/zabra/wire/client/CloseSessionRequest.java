// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;

/// `closeSession`, opcode -11. It has no body.
public record CloseSessionRequest() implements Request {

    public static CloseSessionRequest read(WireReader in) {
        return new CloseSessionRequest();
    }

    @Override
    public void write(WireWriter out) {
        // The record is empty.
    }

    @Override
    public OpCode op() {
        return OpCode.CLOSE_SESSION;
    }
}
