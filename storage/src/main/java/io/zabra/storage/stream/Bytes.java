// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage.stream;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Big-endian numbers at fixed places of a byte array.
public final class Bytes {

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Bytes() {}

    public static int int32(byte[] bytes, int at) {
        return (int) INT.get(bytes, at);
    }

    public static long int64(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    public static void int32(byte[] bytes, int at, int value) {
        INT.set(bytes, at, value);
    }

    public static void int64(byte[] bytes, int at, long value) {
        LONG.set(bytes, at, value);
    }

    /// How many of the first `length` bytes are left when the zeros at their end are taken away.
    public static int contentEnd(byte[] bytes, int length) {
        int end = length;
        while (end >= Long.BYTES && int64(bytes, end - Long.BYTES) == 0) {
            end -= Long.BYTES;
        }
        while (end > 0 && bytes[end - 1] == 0) {
            end--;
        }
        return end;
    }
}
