// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import org.jspecify.annotations.Nullable;

/// Answer to `sasl`: the next token of the server; null when the server has no SASL set up.
public record SaslResponse(byte @Nullable [] token) implements Response {

    public static SaslResponse read(WireReader in) {
        return new SaslResponse(in.buffer());
    }

    @Override
    public void write(WireWriter out) {
        out.buffer(token);
    }
}
