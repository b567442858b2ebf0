// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.session;

/// Makes session ids and the passwords that belong to them.
public final class SessionIds {

    /// Length of a session password in bytes.
    public static final int PASSWORD_LENGTH = 16;

    private static final long PASSWORD_SALT = 0xB3415C00L;
    private static final long LCG_MULTIPLIER = 0x5DEECE66DL;
    private static final long LCG_MASK = (1L << 48) - 1;

    /// Where the id of the server stands at which a session began.
    private static final int SERVER_SHIFT = 56;

    private long next;

    /// @param serverId stands in the top byte, 0 to 255
    /// @param wallMs the wall clock: ids stay unique over restarts of process and machine
    public SessionIds(int serverId, long wallMs) {
        next = ((long) serverId << SERVER_SHIFT) | ((wallMs << 24) >>> 8);
    }

    /// The server at which a session began.
    public static long server(long sessionId) {
        return sessionId >>> SERVER_SHIFT;
    }

    /// A session id that `sessions` does not hold.
    public long next(Sessions sessions) {
        while (next == 0 || sessions.find(next) != null) {
            next++;
        }
        return next++;
    }

    /// The password of a session. Every server of an ensemble computes the same: the first four outputs of the linear
    /// congruential generator of `java.util.Random`, each in little-endian order.
    public static byte[] password(long sessionId) {
        byte[] password = new byte[PASSWORD_LENGTH];
        long state = ((sessionId ^ PASSWORD_SALT) ^ LCG_MULTIPLIER) & LCG_MASK;
        for (int i = 0; i < PASSWORD_LENGTH; i += Integer.BYTES) {
            state = (state * LCG_MULTIPLIER + 0xB) & LCG_MASK;
            int word = (int) (state >>> 16);
            password[i] = (byte) word;
            password[i + 1] = (byte) (word >> 8);
            password[i + 2] = (byte) (word >> 16);
            password[i + 3] = (byte) (word >> 24);
        }
        return password;
    }

    /// Whether `password` is the one of `sessionId`; takes the same time for every wrong one.
    public static boolean matches(long sessionId, byte[] password) {
        return sessionId != 0 && java.security.MessageDigest.isEqual(password(sessionId), password);
    }
}
