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

/// A znode as it will be once all outstanding proposals are applied (Apache: ChangeRecord). Of its data only the
/// length and the part in the digest are kept, so the children of a large znode cost no more than those of a small one.
///
/// @param path the znode's path, the root's being empty
/// @param counted whether the znode has a part in the tree digest
/// @param digest the znode's part in the tree digest; 0 when it has none
record HeadNode(
        String path, int dataLength, List<Acl> acl, StatPersisted stat, int children, boolean counted, long digest) {

    static HeadNode of(DataTree tree, String path, Znode znode, boolean digests) {
        boolean counted = digests && TreeDigest.counted(path);
        long digest = counted ? tree.digest(path, znode) : 0;
        StatPersisted stat = znode.persisted();
        return new HeadNode(path, znode.dataLength(), tree.acl(znode), stat, znode.childCount(), counted, digest);
    }

    static HeadNode created(String path, byte @Nullable [] data, List<Acl> acl, StatPersisted stat, boolean digests) {
        boolean counted = digests && TreeDigest.counted(path);
        long digest = counted ? TreeDigest.node(path, data, stat) : 0;
        return new HeadNode(path, length(data), acl, stat, 0, counted, digest);
    }

    HeadNode withChild(int creations, long zxid, int childrenChange) {
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
        return restated(acl, changed, children + childrenChange);
    }

    HeadNode withData(byte @Nullable [] newData, long zxid, long timeMs) {
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
        long newDigest = counted ? TreeDigest.node(path, newData, changed) : 0;
        return new HeadNode(path, length(newData), acl, changed, children, counted, newDigest);
    }

    HeadNode withAcl(List<Acl> newAcl) {
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
        return restated(newAcl, changed, children);
    }

    private HeadNode restated(List<Acl> newAcl, StatPersisted changed, int newChildren) {
        long newDigest = counted ? TreeDigest.restated(digest, stat, changed) : 0;
        return new HeadNode(path, dataLength, newAcl, changed, newChildren, counted, newDigest);
    }

    private static int length(byte @Nullable [] data) {
        return data == null ? 0 : data.length;
    }
}
