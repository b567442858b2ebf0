// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.client;

import io.zabra.wire.data.Acl;
import io.zabra.wire.data.Stat;
import java.util.List;

/// Who may do what with a znode.
public record NodeAcl(List<Acl> acl, Stat stat) {

    public NodeAcl {
        acl = List.copyOf(acl);
    }
}
