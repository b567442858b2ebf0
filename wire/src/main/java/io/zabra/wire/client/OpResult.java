// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.WireReader;
import io.zabra.wire.WireRecord;
import io.zabra.wire.WireWriter;
import io.zabra.wire.data.Stat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Result of one part of a `multi` or `multiRead`.
///
/// When one part of a `multi` fails, all results are [Failed]: error 0 before the culprit, -2 behind it.
public sealed interface OpResult extends WireRecord {

    /// The number that tells the reader of the answer which record follows.
    int type();

    /// The error in the header of this result: 0 unless it is [Failed].
    default int error() {
        return 0;
    }

    static OpResult read(int type, WireReader in) {
        OpCode op = OpCode.of(type);
        if (op == OpCode.CREATE) {
            return new Created(in.string());
        }
        if (op == OpCode.CREATE2) {
            return new Created2(in.string(), Stat.read(in));
        }
        if (op == OpCode.DELETE) {
            return new Deleted();
        }
        if (op == OpCode.SET_DATA) {
            return new DataSet(Stat.read(in));
        }
        if (op == OpCode.CHECK) {
            return new Checked();
        }
        if (op == OpCode.GET_CHILDREN) {
            return new ChildrenRead(in.list(WireReader::string));
        }
        if (op == OpCode.GET_DATA) {
            return new DataRead(in.buffer(), Stat.read(in));
        }
        if (op == OpCode.ERROR) {
            return new Failed(in.int32());
        }
        throw new MalformedPacketException("result of type " + type);
    }

    /// `create` succeeded.
    record Created(String path) implements OpResult {

        @Override
        public int type() {
            return OpCode.CREATE.number();
        }

        @Override
        public void write(WireWriter out) {
            out.string(path);
        }
    }

    /// `create2`, `createContainer` or `createTTL` succeeded.
    record Created2(String path, Stat stat) implements OpResult {

        @Override
        public int type() {
            return OpCode.CREATE2.number();
        }

        @Override
        public void write(WireWriter out) {
            out.string(path);
            stat.write(out);
        }
    }

    /// `delete` succeeded.
    record Deleted() implements OpResult {

        @Override
        public int type() {
            return OpCode.DELETE.number();
        }

        @Override
        public void write(WireWriter out) {
            // The record is empty.
        }
    }

    /// `setData` succeeded; the Stat is that of right after it.
    record DataSet(Stat stat) implements OpResult {

        @Override
        public int type() {
            return OpCode.SET_DATA.number();
        }

        @Override
        public void write(WireWriter out) {
            stat.write(out);
        }
    }

    /// `check` held.
    record Checked() implements OpResult {

        @Override
        public int type() {
            return OpCode.CHECK.number();
        }

        @Override
        public void write(WireWriter out) {
            // The record is empty.
        }
    }

    /// `getChildren` of a `multiRead`.
    record ChildrenRead(List<String> children) implements OpResult {

        @Override
        public int type() {
            return OpCode.GET_CHILDREN.number();
        }

        @Override
        public void write(WireWriter out) {
            out.strings(children);
        }
    }

    /// `getData` of a `multiRead`.
    record DataRead(byte @Nullable [] data, Stat stat) implements OpResult {

        @Override
        public int type() {
            return OpCode.GET_DATA.number();
        }

        @Override
        public void write(WireWriter out) {
            out.buffer(data);
            stat.write(out);
        }
    }

    /// The part failed, or another part of its `multi` did. The error is written twice: in the header and as the body.
    record Failed(int error) implements OpResult {

        @Override
        public int type() {
            return OpCode.ERROR.number();
        }

        @Override
        public void write(WireWriter out) {
            out.int32(error);
        }
    }
}
