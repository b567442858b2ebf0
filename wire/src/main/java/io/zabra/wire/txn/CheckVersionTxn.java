// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.txn;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;

/// A check that held, type 13; it changes nothing and occurs only inside a multi. `version` is the checked version + 1.
public record CheckVersionTxn(String path, int version) implements Txn {

    public static CheckVersionTxn read(WireReader in) {
        return new CheckVersionTxn(in.string(), in.int32());
    }

    @Override
    public void write(WireWriter out) {
        out.string(path).int32(version);
    }
}
