// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;

/// `exists`, opcode 3. A watch stays behind even when the node is absent.
public record ExistsRequest(String path, boolean watch) implements Request {

    public static ExistsRequest read(WireReader in) {
        return new ExistsRequest(in.string(), in.bool());
    }

    @Override
    public void write(WireWriter out) {
        out.string(path).bool(watch);
    }

    @Override
    public OpCode op() {
        return OpCode.EXISTS;
    }
}
