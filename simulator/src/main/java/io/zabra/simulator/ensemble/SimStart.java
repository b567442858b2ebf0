// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.ensemble;

import io.zabra.core.log.Entry;
import io.zabra.core.log.Epochs;
import io.zabra.core.log.History;
import io.zabra.core.tree.ChangeListener;
import io.zabra.core.tree.DataTree;
import io.zabra.simulator.check.Rule;
import io.zabra.simulator.check.Violation;
import io.zabra.simulator.disk.SimDisk;
import io.zabra.storage.Recovery;
import io.zabra.storage.SnapshotImage;
import io.zabra.storage.Snapshots;
import io.zabra.storage.member.MemberRecord;
import io.zabra.storage.member.MemberRecovered;
import io.zabra.storage.member.MemberRecovery;
import io.zabra.storage.stream.Compression;
import io.zabra.wire.txn.LoggedTxn;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a process finds on its disk when it starts.
final class SimStart {

    private static final long TAIL_BYTES_MAX = 64L << 20;
    private static final int PIECE_BYTES = 4_096;

    private final Surroundings world;
    private final SimMember member;
    private final SimDisk disk;

    SimStart(Surroundings world, SimMember member, SimDisk disk) {
        this.world = world;
        this.member = member;
        this.disk = disk;
    }

    private Recovery.Options options() {
        return new Recovery.Options(world.tree(), false, true, Compression.NONE);
    }

    /// What it begins with; null if it does not start.
    MemberRecovered.@Nullable Restored restored() throws IOException {
        long errors = disk.errors();
        return switch (MemberRecovery.recover(disk, disk, options(), TAIL_BYTES_MAX)) {
            case MemberRecovered.Refused(var reason, boolean replaceable) -> {
                if (disk.errors() == errors && !disk.corrupt()) {
                    throw new Violation(Rule.I10, member + " refuses its own data: " + reason.message());
                }
                yield disk.corrupt() ? lost(replaceable) : null;
            }
            case MemberRecovered.Restored restored -> misread(restored);
        };
    }

    /// Its data is damaged: as the product does, it begins with nothing, and has no say until it has got it all anew.
    ///
    /// @param replaceable whether it does so by itself; if not, somebody empties the disk
    private MemberRecovered.@Nullable Restored lost(boolean replaceable) throws IOException {
        member.fence();
        if (!replaceable) {
            disk.format();
            return null;
        }
        if (MemberRecovery.recoverLost(disk, disk, options()) instanceof MemberRecovered.Restored restored) {
            disk.mend();
            return misread(restored);
        }
        return null;
    }

    /// What a start takes its files for if a fault was put in.
    private MemberRecovered.Restored misread(MemberRecovered.Restored found) throws IOException {
        if (world.has(Planted.TAIL_TAKEN_FOR_COMMITTED)) {
            return withTailApplied(found);
        }
        if (world.has(Planted.SNAPSHOT_OF_THE_TAIL) && !found.start().tail().isEmpty()) {
            if (MemberRecovery.recover(disk, disk, options(), TAIL_BYTES_MAX)
                    instanceof MemberRecovered.Restored again) {
                DataTree tree = withTailApplied(again).state().tree();
                SnapshotImage image =
                        new SnapshotImage(tree.freeze(), found.state().sessionTimeoutsMs());
                new Snapshots(disk, Compression.NONE, PIECE_BYTES).write(image, Snapshots.Pace.FULL);
            }
        }
        if (world.has(Planted.LOSS_FORGOTTEN) && member.isDamaged()) {
            long known = Math.max(1, found.epochs().accepted());
            MemberRecord record = new MemberRecord(new Epochs(known, known), 0, 0, new MemberRecord.Change.None());
            return new MemberRecovered.Restored(found.state(), History.Start.at(0), record);
        }
        return found;
    }

    private static MemberRecovered.Restored withTailApplied(MemberRecovered.Restored found) {
        History.Start start = found.start();
        long last = start.applied();
        for (Entry entry : start.tail()) {
            LoggedTxn txn = LoggedTxn.read(entry.bytes());
            found.state().tree().apply(txn.header(), txn.txn(), ChangeListener.NONE);
            last = entry.zxid();
        }
        return new MemberRecovered.Restored(
                found.state(), new History.Start(start.base(), start.spans(), last, List.of()), found.record());
    }
}
