// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// `multiRead`, opcode 22: `getData` and `getChildren` requests that are answered together. They cannot leave a watch:
/// decoding drops the flag.
public record MultiReadRequest(List<Request> ops) implements Request {

    public static MultiReadRequest read(WireReader in) {
        List<Request> ops = new ArrayList<>();
        for (MultiHeader header = MultiHeader.read(in); !header.done(); header = MultiHeader.read(in)) {
            ops.add(readOp(header.type(), in));
        }
        return new MultiReadRequest(Collections.unmodifiableList(ops));
    }

    @Override
    public void write(WireWriter out) {
        for (Request op : ops) {
            new MultiHeader(op.op().number(), false, -1).write(out);
            op.write(out);
        }
        MultiHeader.END.write(out);
    }

    @Override
    public OpCode op() {
        return OpCode.MULTI_READ;
    }

    private static Request readOp(int type, WireReader in) {
        if (type == OpCode.GET_DATA.number()) {
            return new GetDataRequest(GetDataRequest.read(in).path(), false);
        }
        if (type == OpCode.GET_CHILDREN.number()) {
            return new GetChildrenRequest(GetChildrenRequest.read(in).path(), false);
        }
        throw new MalformedPacketException("type " + type + " in a multiRead");
    }
}
