// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.txn;

import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.WireReader;
import io.zabra.wire.WireRecord;
import io.zabra.wire.WireWriter;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.data.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Several changes under one zxid, type 14. If any part is an [ErrorTxn], the whole [#failed].
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

        private boolean hasOldBody() {
            return txn instanceof ErrorTxn(int error) && error > 0;
        }

        private static boolean isAllowed(@Nullable OpCode op) {
            return switch (op) {
                case CREATE, CREATE2, CREATE_CONTAINER, CREATE_TTL, DELETE, DELETE_CONTAINER, SET_DATA, CHECK, ERROR ->
                    true;
                case null, default -> false;
            };
        }
    }

    /// Reads what servers log and send. When Apache's apply a multi that failed, they turn the types of its parts into
    /// that of errors and leave the bodies as they were; a difference that they send afterwards, and what their
    /// learners log of it, has it so. Such a body begins with the length of a path, which no code of an error is like.
    /// It is read as the error that it stands for.
    public static MultiTxn read(WireReader in) {
        List<Op> ops = in.list(Op::read);
        for (Op op : ops) {
            if (op.hasOldBody()) {
                return new MultiTxn(withErrors(ops));
            }
        }
        return new MultiTxn(ops);
    }

    private static List<Op> withErrors(List<Op> ops) {
        List<Op> mended = new ArrayList<>(ops.size());
        ErrorCode inPlace = ErrorCode.OK;
        for (Op op : ops) {
            if (op.txn() instanceof ErrorTxn(int error) && error < 0) {
                inPlace = ErrorCode.RUNTIME_INCONSISTENCY;
            }
            mended.add(op.hasOldBody() ? new Op(op.type(), new ErrorTxn(inPlace.number())) : op);
        }
        return mended;
    }

    /// Whether it has no effect: a part could not be done.
    public boolean failed() {
        for (Op op : ops) {
            if (op.txn() instanceof ErrorTxn) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void write(WireWriter out) {
        out.list(ops);
    }
}
