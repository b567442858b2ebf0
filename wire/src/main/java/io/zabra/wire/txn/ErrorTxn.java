// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.txn;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;

/// A write that failed, type -1: it used up a zxid and changes nothing.
public record ErrorTxn(int error) implements Txn {

    public static ErrorTxn read(WireReader in) {
        return new ErrorTxn(in.int32());
    }

    @Override
    public void write(WireWriter out) {
        out.int32(error);
    }
}
