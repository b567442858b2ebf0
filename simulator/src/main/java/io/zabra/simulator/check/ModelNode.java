// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.check;

import io.zabra.wire.data.Acl;
import io.zabra.wire.data.Stat;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A znode of the reference model: plain fields, nothing packed, nothing shared.
final class ModelNode {

    byte @Nullable [] data;
    List<Acl> acl;
    long czxid;
    long mzxid;
    long pzxid;
    long ctimeMs;
    long mtimeMs;
    int version;
    int creations;
    int aversion;
    long session;
    boolean container;
    final TreeSet<String> children = new TreeSet<>();

    ModelNode(byte @Nullable [] data, List<Acl> acl) {
        this.data = data;
        this.acl = acl;
    }

    Stat stat() {
        return new Stat(
                czxid,
                mzxid,
                ctimeMs,
                mtimeMs,
                version,
                2 * creations - children.size(),
                aversion,
                session,
                data == null ? 0 : data.length,
                children.size(),
                pzxid);
    }

    boolean permits(int perm) {
        return acl.stream().anyMatch(entry -> (entry.perms() & perm) != 0);
    }
}
