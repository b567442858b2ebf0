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
        byte @Nullable [] data = znode.data();
        StatPersisted stat = znode.persisted();
        return new HeadNode(path, data, tree.acl(znode), stat, znode.childCount(), digest(path, data, stat, digests));
    }

    static HeadNode created(String path, byte @Nullable [] data, List<Acl> acl, StatPersisted stat, boolean digests) {
        return new HeadNode(path, data, acl, stat, 0, digest(path, data, stat, digests));
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
        return new HeadNode(path, data, acl, changed, children + childrenChange, digest(path, data, changed, digests));
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
        return new HeadNode(path, newData, acl, changed, children, digest(path, newData, changed, digests));
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
        return new HeadNode(path, data, newAcl, changed, children, digest(path, data, changed, digests));
    }

    private static long digest(String path, byte @Nullable [] data, StatPersisted stat, boolean digests) {
        return digests && TreeDigest.counted(path) ? TreeDigest.node(path, data, stat) : 0;
    }
}
