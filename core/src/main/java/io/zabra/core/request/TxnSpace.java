// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.request;

import io.zabra.core.auth.AccessControl;
import io.zabra.core.auth.FixedAcl;
import io.zabra.wire.WireWriter;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.Id;
import io.zabra.wire.txn.CheckVersionTxn;
import io.zabra.wire.txn.CloseSessionTxn;
import io.zabra.wire.txn.CreateContainerTxn;
import io.zabra.wire.txn.CreateSessionTxn;
import io.zabra.wire.txn.CreateTtlTxn;
import io.zabra.wire.txn.CreateTxn;
import io.zabra.wire.txn.DeleteTxn;
import io.zabra.wire.txn.ErrorTxn;
import io.zabra.wire.txn.MultiTxn;
import io.zabra.wire.txn.SetAclTxn;
import io.zabra.wire.txn.SetDataTxn;
import io.zabra.wire.txn.Txn;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Keeps each transaction as small as the readers of the log need it: they refuse an entry of more than
/// `jute.maxbuffer` and `jute.maxbuffer.extrasize`, and with it the whole log.
///
/// A request is never that long, but its transaction may be, when the credentials of the client take the place of the
/// `auth` entries of its ACLs. So ACLs are made here, and made once for all parts of a transaction that ask for the
/// same one.
final class TxnSpace {

    /// Header, digest, the mark that the log may add, and the count of a list.
    private static final int FRAME_BYTES = 68;

    /// The most bytes that a character takes.
    private static final int UTF8_MAX = 3;

    /// Type and length of a part.
    private static final int PART_BYTES = 2 * Integer.BYTES;

    private final AccessControl access;
    private final long bytesMax;
    private long left;
    private @Nullable List<Acl> asked;
    private @Nullable List<Id> askedBy;
    private FixedAcl fixed = FixedAcl.INVALID;
    private List<Acl> measured = List.of();
    private long measuredBytes = Integer.BYTES;

    TxnSpace(AccessControl access, int bytesMax) {
        this.access = access;
        this.bytesMax = bytesMax;
        begin();
    }

    /// Begins a new transaction.
    void begin() {
        left = bytesMax - FRAME_BYTES;
        asked = null;
        askedBy = null;
    }

    /// The ACL to store for what a client sent.
    FixedAcl fixUp(@Nullable List<Acl> acl, List<Id> credentials) {
        if (acl == null || !acl.equals(asked) || askedBy != credentials) {
            fixed = access.fixUp(acl, credentials, left);
            asked = acl;
            askedBy = credentials;
        }
        return fixed;
    }

    /// Whether there is space for the record.
    boolean fits(Txn txn) {
        return bytes(txn, false) <= left || bytes(txn, true) <= left;
    }

    /// Takes the space that the record needs as a part of others; false if there is not that much left.
    boolean take(Txn txn) {
        left -= PART_BYTES + bytes(txn, true);
        return left >= 0;
    }

    /// As many of the paths as fit into one transaction.
    List<String> fitting(List<String> paths) {
        long room = left;
        for (int i = 0; i < paths.size(); i++) {
            room -= WireWriter.encodedLength(paths.get(i));
            if (room < 0) {
                return new ArrayList<>(paths.subList(0, i));
            }
        }
        return paths;
    }

    /// @param exact whether characters are looked at, which takes time; if not, the result may be too high
    private long bytes(Txn txn, boolean exact) {
        return switch (txn) {
            case CreateTxn create -> created(length(create.path(), exact), create.data(), create.acl()) + 1;
            case CreateContainerTxn create -> created(length(create.path(), exact), create.data(), create.acl());
            case CreateTtlTxn create -> created(length(create.path(), exact), create.data(), create.acl()) + Long.BYTES;
            case DeleteTxn delete -> length(delete.path(), exact);
            case SetDataTxn set -> length(set.path(), exact) + length(set.data()) + Integer.BYTES;
            case SetAclTxn set -> length(set.path(), exact) + length(set.acl()) + Integer.BYTES;
            case CheckVersionTxn check -> length(check.path(), exact) + Integer.BYTES;
            case ErrorTxn _, CreateSessionTxn _ -> Integer.BYTES;
            case CloseSessionTxn _, MultiTxn _ -> throw new IllegalArgumentException("measured by its parts: " + txn);
        };
    }

    private long created(long path, byte @Nullable [] data, List<Acl> acl) {
        return path + length(data) + length(acl) + Integer.BYTES;
    }

    private static long length(String path, boolean exact) {
        return exact ? WireWriter.encodedLength(path) : Integer.BYTES + (long) UTF8_MAX * path.length();
    }

    private static long length(byte @Nullable [] data) {
        return data == null ? Integer.BYTES : (long) Integer.BYTES + data.length;
    }

    private long length(List<Acl> acl) {
        if (acl != measured) {
            measured = acl;
            measuredBytes = Integer.BYTES;
            for (Acl entry : acl) {
                measuredBytes += entry.encodedLength();
            }
        }
        return measuredBytes;
    }
}
