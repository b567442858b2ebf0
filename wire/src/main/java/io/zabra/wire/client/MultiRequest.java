// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import io.zabra.wire.data.Acl;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `multi`, opcode 14: writes that happen all together or not at all.
///
/// Decoding settles, as Apache does, what kind of create each part is: mode 4 makes a `createContainer` of any create,
/// a `createTTL` with another mode that is none for TTL is a plain create, and an unknown or a TTL mode in another
/// create is malformed.
public record MultiRequest(List<Request> ops) implements Request {

    public static MultiRequest read(WireReader in) {
        List<Request> ops = new ArrayList<>();
        for (MultiHeader header = MultiHeader.read(in); !header.done(); header = MultiHeader.read(in)) {
            ops.add(readOp(OpCode.of(header.type()), header.type(), in));
        }
        return new MultiRequest(Collections.unmodifiableList(ops));
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
        return OpCode.MULTI;
    }

    private static Request readOp(@Nullable OpCode op, int type, WireReader in) {
        if (op == OpCode.CREATE || op == OpCode.CREATE2 || op == OpCode.CREATE_CONTAINER) {
            return settled(CreateRequest.read(op, in));
        }
        if (op == OpCode.CREATE_TTL) {
            return settled(CreateTtlRequest.read(in));
        }
        if (op == OpCode.DELETE) {
            return DeleteRequest.read(in);
        }
        if (op == OpCode.SET_DATA) {
            return SetDataRequest.read(in);
        }
        if (op == OpCode.CHECK) {
            return CheckVersionRequest.read(in);
        }
        throw new MalformedPacketException("type " + type + " in a multi");
    }

    private static Request settled(CreateRequest request) {
        CreateMode mode = CreateMode.of(request.flags());
        if (mode == null || mode.isTtl()) {
            throw new MalformedPacketException("create with flags " + request.flags() + " in a multi");
        }
        return mode.isContainer()
                ? create(OpCode.CREATE_CONTAINER, request.path(), request.data(), request.acl(), request.flags())
                : request;
    }

    private static Request settled(CreateTtlRequest request) {
        CreateMode mode = CreateMode.of(request.flags());
        if (mode == null || mode.isTtl()) {
            return request;
        }
        OpCode op = mode == CreateMode.CONTAINER ? OpCode.CREATE_CONTAINER : OpCode.CREATE;
        return create(op, request.path(), request.data(), request.acl(), request.flags());
    }

    private static Request create(OpCode op, String path, byte @Nullable [] data, @Nullable List<Acl> acl, int flags) {
        return new CreateRequest(op, path, data, acl, flags);
    }
}
