// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.disk;

import io.zabra.core.base.Prng;
import java.util.Arrays;
import java.util.List;

/// A place on a disk that does not read as it was written.
final class BadSector {

    /// How it went bad.
    enum Kind {
        FLIPPED,
        ZEROED,
        /// What was written for another place has landed there.
        MISDIRECTED
    }

    /// Shorter ones are numbers in text. One in the place of the other no server can tell from a right one.
    private static final int TELLING_BYTES_MIN = 32;

    private final Kind kind;
    private final Content content;
    private final int at;
    /// What it mends to; empty if it is wrong for ever.
    private final byte[] before;

    private BadSector(Kind kind, Content content, int at, byte[] before) {
        this.kind = kind;
        this.content = content;
        this.at = at;
        this.before = before;
    }

    /// A bit reads wrong, until it is mended.
    static BadSector flip(Content content, int at, Prng random) {
        byte[] before = {content.bytes[at]};
        content.bytes[at] ^= (byte) (1 << random.below(8));
        return new BadSector(Kind.FLIPPED, content, at, before);
    }

    /// Something goes bad for ever where the file has more than zeros.
    ///
    /// @param all the contents of the disk
    static BadSector draw(Content content, List<Content> all, Prng random) {
        int end = content.length;
        while (end > 1 && content.bytes[end - 1] == 0) {
            end--;
        }
        int at = random.below(end);
        Kind kind = Kind.values()[random.below(Kind.values().length)];
        if (kind == Kind.FLIPPED) {
            content.bytes[at] ^= (byte) (1 << random.below(8));
        } else {
            int from = at - at % Content.SECTOR;
            int to = Math.min(content.length, from + Content.SECTOR);
            byte[] other = kind == Kind.ZEROED ? new byte[Content.SECTOR] : sector(all, random);
            System.arraycopy(other, 0, content.bytes, from, to - from);
        }
        return new BadSector(kind, content, at, new byte[0]);
    }

    /// Any sector of the disk.
    private static byte[] sector(List<Content> all, Prng random) {
        List<Content> telling =
                all.stream().filter(each -> each.length >= TELLING_BYTES_MIN).toList();
        if (telling.isEmpty()) {
            return new byte[Content.SECTOR];
        }
        Content source = telling.get(random.below(telling.size()));
        int from = random.below((source.length + Content.SECTOR - 1) / Content.SECTOR) * Content.SECTOR;
        byte[] there = Arrays.copyOfRange(source.bytes, from, Math.min(source.length, from + Content.SECTOR));
        return Arrays.copyOf(there, Content.SECTOR);
    }

    Kind kind() {
        return kind;
    }

    /// It reads as it did before, if it can.
    void mend() {
        if (at < content.length) {
            System.arraycopy(before, 0, content.bytes, at, before.length);
        }
    }
}
