// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.txn;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import org.jspecify.annotations.Nullable;

/// Sets the data of a node, types 5 and 16 (reconfig). `version` is the new version.
public record SetDataTxn(String path, byte @Nullable [] data, int version) implements Txn {

    public static SetDataTxn read(WireReader in) {
        return new SetDataTxn(in.string(), in.buffer(), in.int32());
    }

    @Override
    public void write(WireWriter out) {
        out.string(path).buffer(data).int32(version);
    }
}
