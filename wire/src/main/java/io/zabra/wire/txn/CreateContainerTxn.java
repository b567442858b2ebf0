// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.txn;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import io.zabra.wire.data.Acl;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Creates a container, type 19. `parentCversion` is the stored cversion of the parent after this create.
public record CreateContainerTxn(String path, byte @Nullable [] data, List<Acl> acl, int parentCversion)
        implements Txn {

    public static CreateContainerTxn read(WireReader in) {
        return new CreateContainerTxn(in.string(), in.buffer(), Acl.readList(in), in.int32());
    }

    @Override
    public void write(WireWriter out) {
        out.string(path).buffer(data).list(acl).int32(parentCversion);
    }
}
