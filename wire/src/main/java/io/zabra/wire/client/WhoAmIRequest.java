// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;

/// `whoAmI`, opcode 107: the credentials of the connection. It has no body.
public record WhoAmIRequest() implements Request {

    public static WhoAmIRequest read(WireReader in) {
        return new WhoAmIRequest();
    }

    @Override
    public void write(WireWriter out) {
        // The record is empty.
    }

    @Override
    public OpCode op() {
        return OpCode.WHO_AM_I;
    }
}
