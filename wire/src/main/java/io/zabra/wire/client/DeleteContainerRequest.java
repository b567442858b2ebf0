// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;

/// `deleteContainer`, opcode 20. The sweeper of containers and TTL nodes makes these; clients have no right to send
/// them.
public record DeleteContainerRequest(String path) implements Request {

    public static DeleteContainerRequest read(WireReader in) {
        return new DeleteContainerRequest(in.string());
    }

    @Override
    public void write(WireWriter out) {
        out.string(path);
    }

    @Override
    public OpCode op() {
        return OpCode.DELETE_CONTAINER;
    }
}
