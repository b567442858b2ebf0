// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import io.zabra.wire.data.Acl;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `setACL`, opcode 7. The version is that of the ACL (`aversion`); -1 matches every version.
public record SetAclRequest(String path, @Nullable List<Acl> acl, int version) implements Request {

    public static SetAclRequest read(WireReader in) {
        return new SetAclRequest(in.string(), Acl.readListOrNull(in), in.int32());
    }

    @Override
    public void write(WireWriter out) {
        out.string(path).list(acl).int32(version);
    }

    @Override
    public OpCode op() {
        return OpCode.SET_ACL;
    }
}
