// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.txn;

import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.WireReader;
import io.zabra.wire.WireRecord;
import io.zabra.wire.WireWriter;
import io.zabra.wire.client.OpCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Several changes under one zxid, type 14. If any part is an [ErrorTxn], the whole has no effect.
public record MultiTxn(List<Op> ops) implements Txn {

    /// One part: the type, as in a [TxnHeader], and the record. It is written with its length in front.
    public record Op(int type, Txn txn) implements WireRecord {

        public static Op read(WireReader in) {
            int type = in.int32();
            if (!isAllowed(OpCode.of(type))) {
                throw new MalformedPacketException("transaction of type " + type + " in a multi");
            }
            return new Op(type, Txn.read(type, in.region()));
        }

        @Override
        public void write(WireWriter out) {
            out.int32(type);
            int start = out.beginFrame();
            txn.write(out);
            out.endFrame(start);
        }

        private static boolean isAllowed(@Nullable OpCode op) {
            return switch (op) {
                case CREATE, CREATE2, CREATE_CONTAINER, CREATE_TTL, DELETE, DELETE_CONTAINER, SET_DATA, CHECK, ERROR ->
                    true;
                case null, default -> false;
            };
        }
    }

    public static MultiTxn read(WireReader in) {
        return new MultiTxn(in.list(Op::read));
    }

    @Override
    public void write(WireWriter out) {
        out.list(ops);
    }
}
