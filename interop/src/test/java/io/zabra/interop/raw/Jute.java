// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.raw;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes the primitive types of the wire format.
public final class Jute {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    public Jute int8(int value) {
        out.write(value);
        return this;
    }

    public Jute bool(boolean value) {
        return int8(value ? 1 : 0);
    }

    public Jute int32(int value) {
        out.writeBytes(ByteBuffer.allocate(4).putInt(value).array());
        return this;
    }

    public Jute int64(long value) {
        out.writeBytes(ByteBuffer.allocate(8).putLong(value).array());
        return this;
    }

    public Jute string(@Nullable String value) {
        return buffer(value == null ? null : value.getBytes(StandardCharsets.UTF_8));
    }

    public Jute buffer(byte @Nullable [] value) {
        if (value == null) {
            return int32(-1);
        }
        return int32(value.length).raw(value);
    }

    public Jute strings(List<String> values) {
        int32(values.size());
        values.forEach(this::string);
        return this;
    }

    public Jute raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    public int size() {
        return out.size();
    }

    /// What was written so far; the writer is empty afterwards.
    public byte[] drain() {
        byte[] bytes = out.toByteArray();
        out.reset();
        return bytes;
    }

    public byte[] toBytes() {
        return out.toByteArray();
    }
}
