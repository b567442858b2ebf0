// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.txn;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import io.zabra.wire.data.Acl;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Creates a persistent or ephemeral node, types 1 and 15; an ephemeral one belongs to the session in the header.
///
/// `parentCversion` is the stored cversion of the parent after this create. Logs from before 3.4 do not have it: then
/// it is [#ONE_MORE], which means "the parent's plus one" (Apache's `CreateTxnV0`).
public record CreateTxn(String path, byte @Nullable [] data, List<Acl> acl, boolean ephemeral, int parentCversion)
        implements Txn {

    /// Parent version of records that do not carry one.
    public static final int ONE_MORE = -1;

    public static CreateTxn read(WireReader in) {
        return new CreateTxn(
                in.string(),
                in.buffer(),
                Acl.readList(in),
                in.bool(),
                in.remaining() < Integer.BYTES ? ONE_MORE : in.int32());
    }

    @Override
    public void write(WireWriter out) {
        out.string(path).buffer(data).list(acl).bool(ephemeral).int32(parentCversion);
    }
}
