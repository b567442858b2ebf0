// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.tree;

import io.zabra.wire.data.Acl;
import java.util.List;

/// Hears of each change as it is made, in the order in which watches fire.
///
/// Inside a transaction of many parts it is called after each part, so the tree may show parts that came before but
/// none that come after. It must not change the tree.
public interface ChangeListener {

    /// Wants to know nothing.
    ChangeListener NONE = new ChangeListener() {
        @Override
        public void created(String path, List<Acl> acl, List<Acl> parentAcl) {}

        @Override
        public void deleted(String path, List<Acl> acl, List<Acl> parentAcl) {}

        @Override
        public void dataChanged(String path, List<Acl> acl) {}
    };

    /// A node is there now, with this ACL.
    void created(String path, List<Acl> acl, List<Acl> parentAcl);

    /// A node is gone; `acl` is what it had last.
    void deleted(String path, List<Acl> acl, List<Acl> parentAcl);

    /// The data of a node was set, if only to the same bytes.
    void dataChanged(String path, List<Acl> acl);
}
