// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.tree;

import io.zabra.core.base.Invariant;
import io.zabra.wire.WireWriter;
import io.zabra.wire.data.Stat;
import io.zabra.wire.data.StatPersisted;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One node of the tree, decoded: name, data, metadata. Read-only for all outside of this package, and true until the
/// next change of the tree.
///
/// Packed form, one byte array that never changes once it is in the tree:
///
/// ```
/// flags | name length, name | czxid | ctime | what the flags announce, in the order of their bits | data to the end
/// ```
///
/// Numbers are variable in length, seven bits a byte, the lowest first; those that can be negative are zigzagged.
/// Zxids and times of changes are differences to those of the creation, so a plain node needs some 15 bytes besides
/// its name and data.
public final class Znode {

    private static final int DATA_NULL = 1;
    private static final int MODIFIED = 1 << 1;
    private static final int PZXID = 1 << 2;
    private static final int VERSION = 1 << 3;
    private static final int CREATIONS = 1 << 4;
    private static final int AVERSION = 1 << 5;
    private static final int OWNER = 1 << 6;
    private static final int ACL = 1 << 7;

    private static final byte[] NOTHING = {};

    long czxid;
    long mzxid;
    long pzxid;
    long ctimeMs;
    long mtimeMs;
    int version;
    int creations;
    int aversion;
    long owner;
    /// Where the tree's ACL table has the ACL.
    int aclSlot;

    byte[] nameBytes = NOTHING;
    int nameFrom;
    int nameTo;
    byte[] dataBytes = NOTHING;
    int dataFrom;
    int dataTo;
    boolean dataNull;

    @Nullable
    Branch branch;

    private final TreeOptions options;

    Znode(TreeOptions options) {
        this.options = options;
    }

    /// Zxid of the transaction that created it.
    public long czxid() {
        return czxid;
    }

    /// Zxid of the last change of its data.
    public long mzxid() {
        return mzxid;
    }

    /// Zxid of the last change of its list of children.
    public long pzxid() {
        return pzxid;
    }

    public long ctimeMs() {
        return ctimeMs;
    }

    public long mtimeMs() {
        return mtimeMs;
    }

    public int version() {
        return version;
    }

    /// Children ever created: the stored `cversion`, and the number of the next sequential child.
    public int creations() {
        return creations;
    }

    public int aversion() {
        return aversion;
    }

    /// The stored owner; see [Owners].
    public long owner() {
        return owner;
    }

    public Owners.Kind kind() {
        return options.kind(owner);
    }

    public int childCount() {
        return branch == null ? 0 : branch.count;
    }

    /// Length of the data in bytes; 0 if there is none.
    public int dataLength() {
        return dataTo - dataFrom;
    }

    /// A copy of the data; null and empty are not the same.
    public byte @Nullable [] data() {
        return dataNull ? null : Arrays.copyOfRange(dataBytes, dataFrom, dataTo);
    }

    /// Writes the data as a jute buffer, without a copy on the way.
    public void writeData(WireWriter out) {
        if (dataNull) {
            out.int32(-1);
        } else {
            out.buffer(dataBytes, dataFrom, dataTo);
        }
    }

    /// What clients see: `cversion` counts creations and deletions, and only sessions show as owners.
    public Stat stat() {
        int children = childCount();
        long seenOwner = owner == 0 || kind() != Owners.Kind.SESSION ? 0 : owner;
        return new Stat(
                czxid,
                mzxid,
                ctimeMs,
                mtimeMs,
                version,
                2 * creations - children,
                aversion,
                seenOwner,
                dataLength(),
                children,
                pzxid);
    }

    /// What snapshots hold.
    public StatPersisted persisted() {
        return new StatPersisted(czxid, mzxid, ctimeMs, mtimeMs, version, creations, aversion, owner, pzxid);
    }

    /// Writes what snapshots hold.
    public void writePersisted(WireWriter out) {
        out.int64(czxid).int64(mzxid).int64(ctimeMs).int64(mtimeMs);
        out.int32(version).int32(creations).int32(aversion).int64(owner).int64(pzxid);
    }

    /// The last element of the path; that of the root is empty.
    public String name() {
        return new String(nameBytes, nameFrom, nameTo - nameFrom, StandardCharsets.UTF_8);
    }

    // What follows is for the tree, which uses instances as scratch space.

    /// Becomes a node of zeroes with the name from `from` to `to`, no data and no children.
    void fresh(byte[] path, int from, int to) {
        nameBytes = path;
        nameFrom = from;
        nameTo = to;
        branch = null;
        aclSlot = Acls.OPEN_SLOT;
        data(NOTHING);
        stat(new StatPersisted(0, 0, 0, 0, 0, 0, 0, 0, 0));
    }

    void stat(StatPersisted stat) {
        czxid = stat.czxid();
        mzxid = stat.mzxid();
        pzxid = stat.pzxid();
        ctimeMs = stat.ctimeMs();
        mtimeMs = stat.mtimeMs();
        version = stat.version();
        creations = stat.cversion();
        aversion = stat.aversion();
        owner = stat.ephemeralOwner();
    }

    void data(byte @Nullable [] data) {
        data(data == null ? NOTHING : data, 0, data == null ? -1 : data.length);
    }

    /// A length of -1 is null.
    void data(byte[] bytes, int from, int length) {
        dataNull = length < 0;
        dataBytes = bytes;
        dataFrom = from;
        dataTo = from + Math.max(length, 0);
    }

    /// Becomes what a slot of a table holds.
    Znode read(Object slot) {
        if (slot instanceof Branch holder) {
            readPacked(holder.packed);
            branch = holder;
            pzxid = holder.pzxid;
            creations = holder.creations;
        } else {
            readPacked((byte[]) slot);
            branch = null;
        }
        return this;
    }

    private void readPacked(byte[] packed) {
        int flags = packed[0];
        nameBytes = packed;
        nameFrom = nameFrom(packed);
        nameTo = nameFrom + nameLength(packed);
        dataBytes = packed;
        dataFrom = nameTo;
        czxid = take();
        ctimeMs = take();
        boolean modified = (flags & MODIFIED) != 0;
        mzxid = czxid + (modified ? take() : 0);
        mtimeMs = ctimeMs + (modified ? signed(take()) : 0);
        pzxid = czxid + ((flags & PZXID) == 0 ? 0 : take());
        version = (flags & VERSION) == 0 ? 0 : (int) signed(take());
        creations = (flags & CREATIONS) == 0 ? 0 : (int) signed(take());
        aversion = (flags & AVERSION) == 0 ? 0 : (int) signed(take());
        owner = (flags & OWNER) == 0 ? 0 : take();
        aclSlot = (flags & ACL) == 0 ? Acls.OPEN_SLOT : (int) take();
        dataNull = (flags & DATA_NULL) != 0;
        dataTo = packed.length;
    }

    /// The packed form of what this is now.
    byte[] pack() {
        int flags = flags();
        int nameLength = nameTo - nameFrom;
        int dataLength = dataLength();
        int size = 1 + size(nameLength) + nameLength + size(czxid) + size(ctimeMs) + sizeOfOptional(flags);
        byte[] packed = new byte[Math.addExact(size, dataLength)];
        packed[0] = (byte) flags;
        int at = put(packed, 1, nameLength);
        System.arraycopy(nameBytes, nameFrom, packed, at, nameLength);
        at = put(packed, at + nameLength, czxid);
        at = put(packed, at, ctimeMs);
        if ((flags & MODIFIED) != 0) {
            at = put(packed, at, mzxid - czxid);
            at = put(packed, at, zigzag(mtimeMs - ctimeMs));
        }
        at = (flags & PZXID) == 0 ? at : put(packed, at, pzxid - czxid);
        at = (flags & VERSION) == 0 ? at : put(packed, at, zigzag(version));
        at = (flags & CREATIONS) == 0 ? at : put(packed, at, zigzag(creations));
        at = (flags & AVERSION) == 0 ? at : put(packed, at, zigzag(aversion));
        at = (flags & OWNER) == 0 ? at : put(packed, at, owner);
        at = (flags & ACL) == 0 ? at : put(packed, at, aclSlot);
        Invariant.check(at == size, "size of a packed node must be foreseen");
        System.arraycopy(dataBytes, dataFrom, packed, at, dataLength);
        return packed;
    }

    static int nameFrom(byte[] packed) {
        int at = 1;
        while (packed[at] < 0) {
            at++;
        }
        return at + 1;
    }

    static int nameLength(byte[] packed) {
        int length = packed[1] & 0x7f;
        for (int at = 1, shift = 7; packed[at] < 0; shift += 7) {
            at++;
            length |= (packed[at] & 0x7f) << shift;
        }
        return length;
    }

    private int flags() {
        return (dataNull ? DATA_NULL : 0)
                | (mzxid == czxid && mtimeMs == ctimeMs ? 0 : MODIFIED)
                | (pzxid == czxid ? 0 : PZXID)
                | (version == 0 ? 0 : VERSION)
                | (creations == 0 ? 0 : CREATIONS)
                | (aversion == 0 ? 0 : AVERSION)
                | (owner == 0 ? 0 : OWNER)
                | (aclSlot == Acls.OPEN_SLOT ? 0 : ACL);
    }

    private int sizeOfOptional(int flags) {
        int size = (flags & MODIFIED) == 0 ? 0 : size(mzxid - czxid) + size(zigzag(mtimeMs - ctimeMs));
        size += (flags & PZXID) == 0 ? 0 : size(pzxid - czxid);
        size += (flags & VERSION) == 0 ? 0 : size(zigzag(version));
        size += (flags & CREATIONS) == 0 ? 0 : size(zigzag(creations));
        size += (flags & AVERSION) == 0 ? 0 : size(zigzag(aversion));
        size += (flags & OWNER) == 0 ? 0 : size(owner);
        return size + ((flags & ACL) == 0 ? 0 : size(aclSlot));
    }

    /// Reads a number at `dataFrom`, which serves as the position, and steps over it.
    private long take() {
        byte[] bytes = dataBytes;
        int at = dataFrom;
        long value = 0;
        int shift = 0;
        byte next;
        do {
            next = bytes[at++];
            value |= (long) (next & 0x7f) << shift;
            shift += 7;
        } while (next < 0);
        dataFrom = at;
        return value;
    }

    private static int put(byte[] to, int from, long value) {
        int at = from;
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            to[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        to[at++] = (byte) rest;
        return at;
    }

    private static int size(long value) {
        return (Long.SIZE + 6 - Long.numberOfLeadingZeros(value | 1)) / 7;
    }

    private static long zigzag(long value) {
        return (value << 1) ^ (value >> 63);
    }

    private static long signed(long zigzagged) {
        return (zigzagged >>> 1) ^ -(zigzagged & 1);
    }
}
