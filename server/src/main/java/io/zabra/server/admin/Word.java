// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.admin;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A four-letter word.
public enum Word {
    /// The settings that clients notice.
    CONF,
    /// One line for each connection.
    CONS,
    /// Sets the numbers of all connections to zero.
    CRST,
    /// Size of the data on disk.
    DIRS,
    /// Sessions by time of expiry, ephemeral znodes by session, connections.
    DUMP,
    /// Java, operating system, user.
    ENVI,
    /// The trace mask.
    GTMK,
    /// Digests of the tree at some zxids.
    HASH,
    /// Whether the server takes writes.
    ISRO,
    /// All metrics.
    MNTR,
    /// Whether the process answers.
    RUOK,
    /// Sets the numbers of the server to zero.
    SRST,
    /// Version, latency, traffic, mode.
    SRVR,
    /// Lets another member lead in place of this one. Apache has no such word.
    STEP,
    /// As `srvr`, with a short line for each connection.
    STAT,
    /// Sets the trace mask; eight bytes follow the word.
    STMK,
    /// Watches by session.
    WCHC,
    /// Watches by path.
    WCHP,
    /// The number of watches.
    WCHS,
    /// What the program telnet sends when it closes a connection.
    TELNET_CLOSE;

    private static final int TELNET_CLOSE_CODE = 0xfff4fffd;

    private final int code;
    private final String text;

    Word() {
        text = name().toLowerCase(Locale.ROOT).replace('_', ' ');
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        code = bytes.length == Integer.BYTES
                ? bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3]
                : TELNET_CLOSE_CODE;
    }

    /// The word that the first four bytes of a connection are, read as one number; null if they are none. (They are
    /// then the length of a packet; all words are longer than any packet may be, or negative.)
    public static @Nullable Word of(int firstFourBytes) {
        for (Word word : VALUES) {
            if (word.code == firstFourBytes) {
                return word;
            }
        }
        return null;
    }

    /// The four bytes as one number.
    public int code() {
        return code;
    }

    /// The word as the whitelist writes it.
    public String text() {
        return text;
    }

    private static final Word[] VALUES = values();
}
