// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.quorum;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;

/// What a server of Zabra's can do beyond Apache's protocol, behind the fields of [QuorumPacket.LearnerInfo] and
/// [QuorumPacket.LeaderInfo] that Apache knows: its servers read over it.
///
/// Three ints: the magic `ZBRA`, the version of what follows, and the abilities, as bits. Later versions only add to
/// it. A learner tells all that it can do; its leader answers with those that both will do. A learner of which the
/// leader has not heard this way is one of Apache's, and so is a leader that does not answer.
///
/// @param abilities 0: one of Apache's servers
public record Dialect(int abilities) {

    /// Apache's.
    public static final Dialect APACHE = new Dialect(0);

    /// TRUNC takes everything behind the zxid from the log, the snapshots and the tree, or is not followed.
    public static final int TRUNCATES = 1;

    /// An ACK stands for all that came before it.
    public static final int ACKS_ALL = 2;

    /// A COMMIT stands for all that came before it.
    public static final int COMMITS_ALL = 4;

    /// Not an ability, but a state of a learner: it has nothing, and may have lost it. What it accepts proves nothing.
    /// A leader repeats it where that counts all the same, since there never was an epoch.
    public static final int NEWCOMER = 8;

    /// All that this version can do.
    public static final Dialect ZABRA = new Dialect(TRUNCATES | ACKS_ALL | COMMITS_ALL);

    private static final int MAGIC = 0x5A425241;
    private static final int VERSION = 1;
    private static final int BYTES = 3 * Integer.BYTES;

    static Dialect read(WireReader in) {
        if (in.remaining() < BYTES || in.int32() != MAGIC || in.int32() < VERSION) {
            return APACHE;
        }
        return new Dialect(in.int32());
    }

    void write(WireWriter out) {
        if (abilities != 0) {
            out.int32(MAGIC).int32(VERSION).int32(abilities);
        }
    }

    public boolean has(int ability) {
        return (abilities & ability) == ability;
    }

    /// The same and one more.
    public Dialect and(int ability) {
        return new Dialect(abilities | ability);
    }

    /// What both can do.
    public Dialect sharedWith(Dialect other) {
        return new Dialect(abilities & other.abilities);
    }
}
