// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;

/// `ping`, opcode 11: keeps the session alive. It has no body.
public record PingRequest() implements Request {

    public static PingRequest read(WireReader in) {
        return new PingRequest();
    }

    @Override
    public void write(WireWriter out) {
        // The record is empty.
    }

    @Override
    public OpCode op() {
        return OpCode.PING;
    }
}
