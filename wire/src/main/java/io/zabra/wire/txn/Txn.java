// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.txn;

import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.WireReader;
import io.zabra.wire.WireRecord;
import io.zabra.wire.client.OpCode;

/// A change that every replica applies: the record behind a [TxnHeader], whose type tells which one it is.
public sealed interface Txn extends WireRecord
        permits CreateTxn,
                CreateContainerTxn,
                CreateTtlTxn,
                DeleteTxn,
                SetDataTxn,
                SetAclTxn,
                CheckVersionTxn,
                CreateSessionTxn,
                CloseSessionTxn,
                ErrorTxn,
                MultiTxn {

    /// Decodes the record of the given type.
    static Txn read(int type, WireReader in) {
        OpCode op = OpCode.of(type);
        if (op == null) {
            throw unknown(type);
        }
        return switch (op) {
            case CREATE, CREATE2 -> CreateTxn.read(in);
            case CREATE_CONTAINER -> CreateContainerTxn.read(in);
            case CREATE_TTL -> CreateTtlTxn.read(in);
            case DELETE, DELETE_CONTAINER -> DeleteTxn.read(in);
            case SET_DATA, RECONFIG -> SetDataTxn.read(in);
            case SET_ACL -> SetAclTxn.read(in);
            case CHECK -> CheckVersionTxn.read(in);
            case MULTI -> MultiTxn.read(in);
            case CREATE_SESSION -> CreateSessionTxn.read(in);
            case CLOSE_SESSION -> CloseSessionTxn.read(in);
            case ERROR -> ErrorTxn.read(in);
            default -> throw unknown(type);
        };
    }

    private static MalformedPacketException unknown(int type) {
        return new MalformedPacketException("transaction of type " + type);
    }
}
