// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.txn;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import io.zabra.wire.data.Acl;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Creates a node with a time to live, type 21. `parentCversion` is the stored cversion of the parent after this
/// create.
public record CreateTtlTxn(String path, byte @Nullable [] data, List<Acl> acl, int parentCversion, long ttlMs)
        implements Txn {

    public static CreateTtlTxn read(WireReader in) {
        return new CreateTtlTxn(in.string(), in.buffer(), Acl.readList(in), in.int32(), in.int64());
    }

    @Override
    public void write(WireWriter out) {
        out.string(path).buffer(data).list(acl).int32(parentCversion).int64(ttlMs);
    }
}
