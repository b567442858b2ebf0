// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import org.jspecify.annotations.Nullable;

/// `sasl`, opcode 102: one token of a SASL exchange.
public record SaslRequest(byte @Nullable [] token) implements Request {

    public static SaslRequest read(WireReader in) {
        return new SaslRequest(in.buffer());
    }

    @Override
    public void write(WireWriter out) {
        out.buffer(token);
    }

    @Override
    public OpCode op() {
        return OpCode.SASL;
    }
}
