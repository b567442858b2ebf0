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
    /// Time to live, or 0 for none.
    long ttlMs;

    final TreeSet<String> children = new TreeSet<>();

    ModelNode(byte @Nullable [] data, List<Acl> acl) {
        this.data = data;
        this.acl = acl;
    }

    int dataLength() {
        return data == null ? 0 : data.length;
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
                dataLength(),
                children.size(),
                pzxid);
    }
}
