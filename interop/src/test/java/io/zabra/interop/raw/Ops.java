// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.raw;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Operation numbers of the protocol and the bodies of ordinary requests.
public final class Ops {

    public static final int CREATE = 1;
    public static final int DELETE = 2;
    public static final int EXISTS = 3;
    public static final int GET_DATA = 4;
    public static final int SET_DATA = 5;
    public static final int GET_ACL = 6;
    public static final int SET_ACL = 7;
    public static final int GET_CHILDREN = 8;
    public static final int SYNC = 9;
    public static final int PING = 11;
    public static final int GET_CHILDREN2 = 12;
    public static final int CHECK = 13;
    public static final int MULTI = 14;
    public static final int CREATE2 = 15;
    public static final int RECONFIG = 16;
    public static final int CHECK_WATCHES = 17;
    public static final int REMOVE_WATCHES = 18;
    public static final int CREATE_CONTAINER = 19;
    public static final int DELETE_CONTAINER = 20;
    public static final int CREATE_TTL = 21;
    public static final int MULTI_READ = 22;
    public static final int AUTH = 100;
    public static final int SET_WATCHES = 101;
    public static final int SASL = 102;
    public static final int GET_EPHEMERALS = 103;
    public static final int GET_ALL_CHILDREN_NUMBER = 104;
    public static final int SET_WATCHES2 = 105;
    public static final int ADD_WATCH = 106;
    public static final int WHO_AM_I = 107;
    public static final int CREATE_SESSION = -10;
    public static final int CLOSE_SESSION = -11;

    public static final byte[] EMPTY = {};

    private Ops() {}

    /// One entry of an access control list.
    public record AclEntry(
            int perms, @Nullable String scheme, @Nullable String id) {

        public static final int ALL = 31;
        public static final List<AclEntry> OPEN = List.of(new AclEntry(ALL, "world", "anyone"));

        static AclEntry read(JuteReader in) {
            return new AclEntry(in.int32(), in.stringOrNull(), in.stringOrNull());
        }
    }

    public static Jute acl(Jute out, @Nullable List<AclEntry> acl) {
        if (acl == null) {
            return out.int32(-1);
        }
        out.int32(acl.size());
        acl.forEach(entry -> out.int32(entry.perms()).string(entry.scheme()).string(entry.id()));
        return out;
    }

    public static byte[] create(String path, byte @Nullable [] data, int flags) {
        return acl(new Jute().string(path).buffer(data), AclEntry.OPEN)
                .int32(flags)
                .toBytes();
    }

    public static byte[] setData(String path, byte @Nullable [] data, int version) {
        return new Jute().string(path).buffer(data).int32(version).toBytes();
    }

    public static byte[] delete(String path, int version) {
        return new Jute().string(path).int32(version).toBytes();
    }

    public static byte[] path(String path) {
        return new Jute().string(path).toBytes();
    }

    public static byte[] read(String path, boolean watch) {
        return new Jute().string(path).bool(watch).toBytes();
    }

    public static byte[] auth(String scheme, byte[] secret) {
        return new Jute().int32(0).string(scheme).buffer(secret).toBytes();
    }

    /// The header before each operation of a multi.
    public static Jute multiHeader(Jute out, int op) {
        return out.int32(op).bool(false).int32(-1);
    }

    public static Jute multiEnd(Jute out) {
        return out.int32(-1).bool(true).int32(-1);
    }
}
