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
/// @param digests computes the znode's part in the tree digest; null when it has none
/// @param digest the znode's part in the tree digest; 0 when it has none
record HeadNode(
        String path,
        int dataLength,
        List<Acl> acl,
        StatPersisted stat,
        int children,
        @Nullable TreeDigest digests,
        long digest) {

    static HeadNode of(DataTree tree, String path, Znode znode, @Nullable TreeDigest digests) {
        TreeDigest counted = TreeDigest.counted(path) ? digests : null;
        long digest = counted == null ? 0 : tree.digest(path, znode);
        StatPersisted stat = znode.persisted();
        return new HeadNode(path, znode.dataLength(), tree.acl(znode), stat, znode.childCount(), counted, digest);
    }

    static HeadNode created(
            String path, byte @Nullable [] data, List<Acl> acl, StatPersisted stat, @Nullable TreeDigest digests) {
        TreeDigest counted = TreeDigest.counted(path) ? digests : null;
        long digest = counted == null ? 0 : counted.of(path, data, stat);
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
        return withData(newData, zxid, timeMs, stat.version() + 1);
    }

    HeadNode withData(byte @Nullable [] newData, long zxid, long timeMs, int version) {
        StatPersisted s = stat;
        StatPersisted changed = new StatPersisted(
                s.czxid(),
                zxid,
                s.ctimeMs(),
                timeMs,
                version,
                s.cversion(),
                s.aversion(),
                s.ephemeralOwner(),
                s.pzxid());
        long newDigest = digests == null ? 0 : digests.of(path, newData, changed);
        return new HeadNode(path, length(newData), acl, changed, children, digests, newDigest);
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
        long newDigest = digests == null ? 0 : digests.restated(digest, stat, changed);
        return new HeadNode(path, dataLength, newAcl, changed, newChildren, digests, newDigest);
    }

    private static int length(byte @Nullable [] data) {
        return data == null ? 0 : data.length;
    }
}
