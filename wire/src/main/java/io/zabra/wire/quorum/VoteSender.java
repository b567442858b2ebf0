// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.quorum;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireRecord;
import io.zabra.wire.WireWriter;
import org.jspecify.annotations.Nullable;

/// Who has sent a [Notification], by its own word. It stands behind the notification, in the same frame: Apache's
/// servers ignore what is there, and send nothing, so that who dials one of them learns only indirectly who answers.
public record VoteSender(long sid) implements WireRecord {

    /// What it is told by: "ZSID".
    private static final int MAGIC = 0x5a534944;

    private static final int LENGTH = Integer.BYTES + Long.BYTES;

    /// Reads the rest of a frame, behind its notification; null if it does not tell.
    public static @Nullable VoteSender read(WireReader in) {
        if (in.remaining() < LENGTH || in.int32() != MAGIC) {
            return null;
        }
        return new VoteSender(in.int64());
    }

    @Override
    public void write(WireWriter out) {
        out.int32(MAGIC).int64(sid);
    }
}
