// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.txn;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Closes the session named in the header and deletes its ephemeral nodes, type -11.
///
/// `paths` is null when the record has no body (logs from before 3.6, or `zookeeper.closeSessionTxn.enabled=false`):
/// then all ephemeral nodes that the session is known to own have to go.
public record CloseSessionTxn(@Nullable List<String> paths) implements Txn {

    public static CloseSessionTxn read(WireReader in) {
        return new CloseSessionTxn(isAbsent(in) ? null : in.list(WireReader::string));
    }

    @Override
    public void write(WireWriter out) {
        if (paths != null) {
            out.strings(paths);
        }
    }

    /// Nothing is left, or nothing but a digest. A list of exactly twelve bytes that begins with the digest's version,
    /// 2, would have to hold two empty paths, which cannot be.
    private static boolean isAbsent(WireReader in) {
        return in.remaining() == 0 || in.remaining() == TxnDigest.BYTES && in.peekInt32() == TxnDigest.VERSION;
    }
}
