// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.tree;

import io.zabra.wire.data.Acl;
import java.util.List;

/// A row of the ACL table in a snapshot: nodes name their ACL by `key`, which is 1 or above.
public record KeyedAcl(long key, List<Acl> acl) {

    /// Key of "everybody may do everything"; it has no row.
    public static final long OPEN = -1;
}
