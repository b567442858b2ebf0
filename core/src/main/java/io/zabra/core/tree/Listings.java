// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.tree;

import io.zabra.wire.WireWriter;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// Encoded lists of children, kept for large directories until they change; the least recently used go when the cache
/// is full.
final class Listings {

    /// A smaller list is made anew each time.
    private static final int CHILDREN_MIN = 64;

    private final long bytesMax;
    private final WireWriter out = new WireWriter();
    private final LinkedHashMap<Branch, byte[]> lists = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    Listings(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /// The names of the children as a jute vector of strings. Must not be changed.
    byte[] encoded(@Nullable Branch branch) {
        byte[] known = branch != null && branch.listed ? lists.get(branch) : null;
        if (known != null) {
            return known;
        }
        byte[] list = encode(branch);
        if (branch != null && branch.count >= CHILDREN_MIN && list.length <= bytesMax / 2) {
            lists.put(branch, list);
            branch.listed = true;
            bytes += list.length;
            while (bytes > bytesMax) {
                forget(lists.firstEntry().getKey());
            }
        }
        return list;
    }

    void forget(Branch branch) {
        if (branch.listed) {
            branch.listed = false;
            byte[] list = lists.remove(branch);
            bytes -= list == null ? 0 : list.length;
        }
    }

    private byte[] encode(@Nullable Branch branch) {
        out.reset();
        out.int32(branch == null ? 0 : branch.count);
        if (branch != null) {
            for (int i = 0; i < branch.directory.length; i = branch.after(i)) {
                encode(branch.directory[i]);
            }
        }
        return out.toByteArray();
    }

    private void encode(Segment segment) {
        for (int i = 0; i < segment.capacity(); i++) {
            Object child = segment.at(i);
            if (child != null) {
                byte[] packed = child instanceof Branch holder ? holder.packed : (byte[]) child;
                int from = Znode.nameFrom(packed);
                out.buffer(packed, from, from + Znode.nameLength(packed));
            }
        }
    }
}
