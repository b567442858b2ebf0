// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.data;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireRecord;
import io.zabra.wire.WireWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One entry of an access control list: a bit set of permissions and who has them.
///
/// Equality is written out: what records get by themselves is linked at the first call, which a start pays for.
public record Acl(int perms, Id id) implements WireRecord {

    public static final int READ = 1;
    public static final int WRITE = 2;
    public static final int CREATE = 4;
    public static final int DELETE = 8;
    public static final int ADMIN = 16;
    public static final int ALL = 31;

    /// Everybody may do everything.
    public static final List<Acl> OPEN = List.of(new Acl(ALL, new Id("world", "anyone")));

    /// Everybody may read.
    public static final List<Acl> READ_ONLY = List.of(new Acl(READ, new Id("world", "anyone")));

    private static final byte[] OPEN_BYTES = new WireWriter().list(OPEN).toByteArray();

    public static Acl read(WireReader in) {
        return new Acl(in.int32(), Id.read(in));
    }

    /// Reads a list that must be there.
    public static List<Acl> readList(WireReader in) {
        // Nearly every list is this one: do not make it anew.
        return in.skipIfNext(OPEN_BYTES) ? OPEN : in.list(Acl::read);
    }

    /// Reads a list or null.
    public static @Nullable List<Acl> readListOrNull(WireReader in) {
        return in.skipIfNext(OPEN_BYTES) ? OPEN : in.listOrNull(Acl::read);
    }

    /// How many bytes this takes.
    public int encodedLength() {
        return Integer.BYTES + WireWriter.encodedLength(id.scheme()) + WireWriter.encodedLength(id.id());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || other instanceof Acl acl && perms == acl.perms && id.equals(acl.id);
    }

    @Override
    public int hashCode() {
        return 31 * perms + id.hashCode();
    }

    @Override
    public void write(WireWriter out) {
        out.int32(perms);
        id.write(out);
    }
}
