// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage.member;

import io.zabra.core.log.Epochs;
import io.zabra.core.quorum.Membership;
import io.zabra.core.quorum.Quorums;
import io.zabra.storage.DataFile;
import io.zabra.storage.Disk;
import io.zabra.storage.DiskFile;
import io.zabra.storage.EpochFiles;
import io.zabra.storage.stream.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// What a member keeps on its disk besides snapshots and log, in the file `zabra.member` of the snapshots' folder: the
/// epochs, and what is being done to its past.
///
/// Replaced as a whole, so that what belongs together changes together. Beside it lie Apache's `acceptedEpoch` and
/// `currentEpoch`, written after it; they count when they are ahead, since then a server of Apache's has used the
/// folder.
///
/// Format, big-endian: int magic `ZBME`, int version, then as longs the accepted and the current epoch, the end of the
/// log when the accepted one was promised, the record behind which nothing was left out of the log; int 1 if the tree
/// is suspect and 0 if not, int kind of change (0 none, 1 truncation, 2 installation, 3 loss), as longs three numbers
/// of it; in version 2, but not in 1, the committed membership and the one that is proposed, each as int length and
/// UTF-8, -1 for none; long CRC-32C of all before.
///
/// @param trialStart the end of the log when the accepted epoch was promised: as long as the current one is below it,
///     records behind this end are on trial, and recovery forgets them
/// @param wholeFrom nothing is known to be left out of the log behind this transaction
/// @param change what was begun and must be finished
/// @param members who the members are, where they may change; null if that was never decided
/// @param suspect what snapshots and log make is known not to be the leader's tree, and an installation has to replace
///     it; the log counts all the same
public record MemberRecord(
        Epochs epochs,
        long trialStart,
        long wholeFrom,
        Change change,
        @Nullable Quorums members,
        boolean suspect) {

    /// What is being done to the past of a member.
    public sealed interface Change {

        /// Nothing.
        record None() implements Change {}

        /// All records behind `zxid` go. There is such a record, or a snapshot of it.
        record Truncation(long zxid) implements Change {}

        /// A snapshot of `zxid` replaces everything; the records behind it go up to `last`, which is `zxid` if there
        /// are none.
        ///
        /// @param number in the name of the file that holds the snapshot
        record Installation(long number, long zxid, long last) implements Change {}

        /// All that there is does not count, until an installation replaces it.
        record Loss() implements Change {}
    }

    static final String NAME = EpochFiles.RECORD;
    static final Change NONE = new Change.None();

    private static final String TEMPORARY = DataFile.TEMPORARY + NAME;
    private static final int MAGIC = 0x5A424D45;
    private static final int VERSION = 1;
    private static final int VERSION_WITH_MEMBERS = 2;
    private static final int HEAD_BYTES = 72;
    /// With two memberships of the greatest length.
    private static final int BYTES_MAX = 4 << 20;

    private static final int KIND_TRUNCATION = 1;
    private static final int KIND_INSTALLATION = 2;
    private static final int KIND_LOSS = 3;

    /// The record of a member whose others never change.
    public MemberRecord(Epochs epochs, long trialStart, long wholeFrom, Change change) {
        this(epochs, trialStart, wholeFrom, change, null, false);
    }

    /// Whether the records behind [#trialStart] do not count.
    boolean onTrial() {
        return epochs.current() < epochs.accepted();
    }

    MemberRecord with(Change newChange) {
        return new MemberRecord(epochs, trialStart, wholeFrom, newChange, members, suspect);
    }

    /// With new epochs, when the log ends at `end`.
    MemberRecord with(Epochs newEpochs, long end) {
        boolean same = onTrial() && newEpochs.current() == epochs.current();
        return new MemberRecord(newEpochs, same ? Math.min(trialStart, end) : end, wholeFrom, change, members, suspect);
    }

    MemberRecord with(@Nullable Quorums newMembers) {
        return new MemberRecord(epochs, trialStart, wholeFrom, change, newMembers, suspect);
    }

    MemberRecord withSuspectTree() {
        return new MemberRecord(epochs, trialStart, wholeFrom, change, members, true);
    }

    /// The record in the folder; null if there is none. A damaged one is an [IOException]: it is never written in
    /// place, so no crash explains it, and a member that has forgotten its promises must not vote.
    public static @Nullable MemberRecord read(Disk disk) throws IOException {
        if (!disk.list().contains(NAME)) {
            return null;
        }
        MemberRecord record;
        try (DiskFile file = disk.open(NAME)) {
            byte[] bytes = new byte[(int) Math.min(file.size(), BYTES_MAX)];
            record = file.read(0, bytes, 0, bytes.length) == bytes.length ? decoded(bytes) : null;
        }
        if (record == null) {
            throw new DamagedException(disk.describe(NAME));
        }
        return record;
    }

    /// Replaces the record in the folder; durable on return, and never seen half. May be repeated after a failure for
    /// want of space.
    void write(Disk disk) throws IOException {
        if (disk.list().contains(TEMPORARY)) {
            disk.delete(TEMPORARY);
        }
        byte[] bytes = encoded();
        try (DiskFile file = disk.create(TEMPORARY)) {
            file.write(0, bytes, 0, bytes.length);
            file.force();
        }
        disk.rename(TEMPORARY, NAME);
        disk.force();
    }

    private byte[] encoded() {
        long[] numbers = switch (change) {
            case Change.None _ -> new long[] {0, 0, 0, 0};
            case Change.Truncation(long zxid) -> new long[] {KIND_TRUNCATION, zxid, 0, 0};
            case Change.Installation(long number, long zxid, long last) ->
                new long[] {KIND_INSTALLATION, number, zxid, last};
            case Change.Loss _ -> new long[] {KIND_LOSS, 0, 0, 0};
        };
        byte[] next = text(members == null ? null : members.next());
        byte[] committed = text(members == null ? null : members.committed());
        int checked = members == null ? HEAD_BYTES : HEAD_BYTES + 2 * Integer.BYTES + committed.length + next.length;
        byte[] bytes = new byte[checked + Long.BYTES];
        Bytes.int32(bytes, 0, MAGIC);
        Bytes.int32(bytes, 4, members == null ? VERSION : VERSION_WITH_MEMBERS);
        Bytes.int64(bytes, 8, epochs.accepted());
        Bytes.int64(bytes, 16, epochs.current());
        Bytes.int64(bytes, 24, trialStart);
        Bytes.int64(bytes, 32, wholeFrom);
        for (int i = 0; i < numbers.length; i++) {
            Bytes.int64(bytes, 40 + Long.BYTES * i, numbers[i]);
        }
        Bytes.int32(bytes, 40, suspect ? 1 : 0);
        if (members != null) {
            Bytes.int32(bytes, HEAD_BYTES, committed.length);
            System.arraycopy(committed, 0, bytes, HEAD_BYTES + Integer.BYTES, committed.length);
            int at = HEAD_BYTES + Integer.BYTES + committed.length;
            Bytes.int32(bytes, at, members.next() == null ? -1 : next.length);
            System.arraycopy(next, 0, bytes, at + Integer.BYTES, next.length);
        }
        Bytes.int64(bytes, checked, checksum(bytes, checked));
        return bytes;
    }

    private static byte[] text(@Nullable Membership membership) {
        return membership == null ? new byte[0] : membership.text().getBytes(StandardCharsets.UTF_8);
    }

    private static @Nullable MemberRecord decoded(byte[] bytes) {
        int checked = bytes.length - Long.BYTES;
        boolean valid = checked >= HEAD_BYTES
                && Bytes.int32(bytes, 0) == MAGIC
                && Bytes.int64(bytes, checked) == checksum(bytes, checked);
        int version = valid ? Bytes.int32(bytes, 4) : 0;
        if (version != VERSION_WITH_MEMBERS && (version != VERSION || checked != HEAD_BYTES)) {
            return null;
        }
        Change change = switch (Bytes.int32(bytes, 44)) {
            case 0 -> NONE;
            case KIND_TRUNCATION -> new Change.Truncation(Bytes.int64(bytes, 48));
            case KIND_INSTALLATION ->
                new Change.Installation(Bytes.int64(bytes, 48), Bytes.int64(bytes, 56), Bytes.int64(bytes, 64));
            case KIND_LOSS -> new Change.Loss();
            default -> null;
        };
        long accepted = Bytes.int64(bytes, 8);
        long current = Bytes.int64(bytes, 16);
        return change == null || current < 0 || current > accepted
                ? null
                : new MemberRecord(
                        new Epochs(accepted, current),
                        Bytes.int64(bytes, 24),
                        Bytes.int64(bytes, 32),
                        change,
                        version == VERSION ? null : members(bytes),
                        Bytes.int32(bytes, 40) != 0);
    }

    private static Quorums members(byte[] bytes) {
        int length = Bytes.int32(bytes, HEAD_BYTES);
        Membership committed = Membership.parse(text(bytes, HEAD_BYTES + Integer.BYTES, length));
        int at = HEAD_BYTES + Integer.BYTES + length;
        int nextLength = Bytes.int32(bytes, at);
        Membership next = nextLength < 0 ? null : Membership.parse(text(bytes, at + Integer.BYTES, nextLength));
        return new Quorums(committed, next);
    }

    private static String text(byte[] bytes, int from, int length) {
        return new String(bytes, from, length, StandardCharsets.UTF_8);
    }

    private static long checksum(byte[] bytes, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, length);
        return checksum.getValue();
    }

    /// The record cannot be read.
    static final class DamagedException extends IOException {

        private static final long serialVersionUID = 1L;

        DamagedException(String file) {
            super(file + ": the record of what this member has promised is damaged.");
        }
    }
}
