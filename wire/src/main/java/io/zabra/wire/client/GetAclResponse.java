// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.Stat;
import java.util.List;

/// Answer to `getACL`.
public record GetAclResponse(List<Acl> acl, Stat stat) implements Response {

    public static GetAclResponse read(WireReader in) {
        return new GetAclResponse(Acl.readList(in), Stat.read(in));
    }

    @Override
    public void write(WireWriter out) {
        out.list(acl);
        stat.write(out);
    }
}
