// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.request;

import io.zabra.core.tree.DataTree;
import io.zabra.core.tree.TreeDigest;
import io.zabra.core.tree.Znode;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.StatPersisted;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A znode as it will be once all outstanding proposals are applied (Apache: ChangeRecord).
///
/// @param path the znode's path, the root's being empty
/// @param digest the znode's part in the tree digest; 0 when it has none
record HeadNode(String path, byte @Nullable [] data, List<Acl> acl, StatPersisted stat, int children, long digest) {

    static HeadNode of(DataTree tree, String path, Znode znode, boolean digests) {
        return of(path, znode.data(), tree.acl(znode), znode.persisted(), znode.childCount(), digests);
    }

    static HeadNode created(String path, byte @Nullable [] data, List<Acl> acl, StatPersisted stat, boolean digests) {
        return of(path, data, acl, stat, 0, digests);
    }

    HeadNode withChild(int creations, long zxid, int childrenChange, boolean digests) {
        StatPersisted s = stat;
        StatPersisted changed = new StatPersisted(
                s.czxid(),
                s.mzxid(),
                s.ctimeMs(),
                s.mtimeMs(),
                s.version(),
                creations,
                s.aversion(),
                s.ephemeralOwner(),
                zxid);
        return of(path, data, acl, changed, children + childrenChange, digests);
    }

    HeadNode withData(byte @Nullable [] newData, long zxid, long timeMs, boolean digests) {
        StatPersisted s = stat;
        StatPersisted changed = new StatPersisted(
                s.czxid(),
                zxid,
                s.ctimeMs(),
                timeMs,
                s.version() + 1,
                s.cversion(),
                s.aversion(),
                s.ephemeralOwner(),
                s.pzxid());
        return of(path, newData, acl, changed, children, digests);
    }

    HeadNode withAcl(List<Acl> newAcl, boolean digests) {
        StatPersisted s = stat;
        StatPersisted changed = new StatPersisted(
                s.czxid(),
                s.mzxid(),
                s.ctimeMs(),
                s.mtimeMs(),
                s.version(),
                s.cversion(),
                s.aversion() + 1,
                s.ephemeralOwner(),
                s.pzxid());
        return of(path, data, newAcl, changed, children, digests);
    }

    private static HeadNode of(
            String path, byte @Nullable [] data, List<Acl> acl, StatPersisted stat, int children, boolean digests) {
        long digest = digests && TreeDigest.counted(path) ? TreeDigest.node(path, data, stat) : 0;
        return new HeadNode(path, data, acl, stat, children, digest);
    }
}
