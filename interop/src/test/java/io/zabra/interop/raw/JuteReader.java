// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.raw;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads the primitive types of the wire format. Bytes that end too early throw `BufferUnderflowException`.
public final class JuteReader {

    private final ByteBuffer in;

    public JuteReader(byte[] bytes) {
        in = ByteBuffer.wrap(bytes);
    }

    public byte int8() {
        return in.get();
    }

    public boolean bool() {
        return in.get() != 0;
    }

    public int int32() {
        return in.getInt();
    }

    public long int64() {
        return in.getLong();
    }

    public byte @Nullable [] buffer() {
        int length = in.getInt();
        if (length < 0) {
            return null;
        }
        if (length > in.remaining()) {
            throw new java.nio.BufferUnderflowException();
        }
        var bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    public @Nullable String stringOrNull() {
        byte[] bytes = buffer();
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    public String string() {
        return String.valueOf(stringOrNull());
    }

    public <T> List<T> list(Function<JuteReader, T> element) {
        int count = in.getInt();
        var list = new ArrayList<T>();
        for (int i = 0; i < count; i++) {
            list.add(element.apply(this));
        }
        return list;
    }

    public List<String> strings() {
        return list(JuteReader::string);
    }

    public int remaining() {
        return in.remaining();
    }
}
