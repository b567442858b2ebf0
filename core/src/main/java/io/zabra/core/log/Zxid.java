// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.log;

/// The number of a transaction: the epoch of the leader that proposed it in the upper 32 bits, a counter that each
/// epoch begins at 1 in the lower ones. Counter 0 stands for the beginning of an epoch and is no transaction.
public final class Zxid {

    /// The last number of an epoch.
    public static final long COUNTER_MAX = 0xFFFF_FFFFL;

    private Zxid() {}

    public static long epoch(long zxid) {
        return zxid >>> 32;
    }

    public static long counter(long zxid) {
        return zxid & COUNTER_MAX;
    }

    /// The beginning of an epoch: below all its transactions, above all of earlier ones.
    public static long start(long epoch) {
        return epoch << 32;
    }

    /// The last number that a transaction of an epoch can have.
    public static long end(long epoch) {
        return start(epoch) | COUNTER_MAX;
    }

    /// Whether `zxid` may stand right behind `before` in a log: the next number, or the first of a later epoch.
    public static boolean follows(long zxid, long before) {
        return counter(zxid) != 0 && zxid == before + 1 || epoch(zxid) > epoch(before) && counter(zxid) == 1;
    }

    /// As people know it from log lines and file names.
    public static String text(long zxid) {
        return "0x" + Long.toHexString(zxid);
    }
}
