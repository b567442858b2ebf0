// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.txn;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;

/// Opens the session named in the header, type -10.
public record CreateSessionTxn(int timeoutMs) implements Txn {

    public static CreateSessionTxn read(WireReader in) {
        return new CreateSessionTxn(in.int32());
    }

    @Override
    public void write(WireWriter out) {
        out.int32(timeoutMs);
    }
}
