// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.txn;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import io.zabra.wire.data.Acl;
import java.util.List;

/// Sets the ACL of a node, type 7. `version` is the new ACL version.
public record SetAclTxn(String path, List<Acl> acl, int version) implements Txn {

    public static SetAclTxn read(WireReader in) {
        return new SetAclTxn(in.string(), Acl.readList(in), in.int32());
    }

    @Override
    public void write(WireWriter out) {
        out.string(path).list(acl).int32(version);
    }
}
