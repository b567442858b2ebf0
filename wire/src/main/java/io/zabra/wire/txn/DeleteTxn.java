// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.txn;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;

/// Deletes a node, types 2 (by a client) and 20 (by the sweeper of containers and TTL nodes).
public record DeleteTxn(String path) implements Txn {

    public static DeleteTxn read(WireReader in) {
        return new DeleteTxn(in.string());
    }

    @Override
    public void write(WireWriter out) {
        out.string(path);
    }
}
