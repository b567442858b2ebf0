// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import static io.zabra.storage.MemberCrashTest.LOG;
import static io.zabra.storage.MemberCrashTest.entry;
import static io.zabra.storage.MemberCrashTest.recover;
import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.base.Prng;
import io.zabra.core.log.Epochs;
import io.zabra.core.log.Zxid;
import io.zabra.core.quorum.Membership;
import io.zabra.core.quorum.Quorums;
import io.zabra.storage.member.MemberLog;
import io.zabra.storage.member.MemberRecovered;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A member keeps who the members are, and changes it in one step with what goes with it.
class MemberChangesTest {

    private static final Membership FILES = membership(0, 3);
    private static final Membership FIRST = membership(1L << 32, 3);
    private static final Membership SECOND = membership((1L << 32) + 2, 4);

    private static Membership membership(long version, int servers) {
        StringBuilder text = new StringBuilder();
        for (int sid = 1; sid <= servers; sid++) {
            text.append("server." + sid + "=10.0.0." + sid + ":2888:3888:participant;2181\n");
        }
        return Membership.parse(text + "version=" + Long.toHexString(version));
    }

    /// What must be seen together.
    private record State(
            long currentEpoch, long lastZxid, @Nullable Quorums members) {}

    private static final List<State> STATES = List.of(
            new State(0, 0, null),
            new State(1, 0, new Quorums(FILES, FIRST)),
            new State(1, 0, Quorums.of(FIRST)),
            new State(1, zxid(1), Quorums.of(FIRST)),
            new State(1, zxid(2), Quorums.of(FIRST)),
            new State(1, zxid(2), new Quorums(FIRST, SECOND)),
            new State(1, zxid(1), Quorums.of(FIRST)),
            new State(2, zxid(1), Quorums.of(FIRST)));

    private static long zxid(long counter) {
        return Zxid.start(1) + counter;
    }

    private static void live(MemoryDisk disk) throws IOException {
        MemberLog log = MemberLog.open(disk, disk, LOG, recover(disk));
        log.epochs(new Epochs(1, 0));
        log.epochs(new Epochs(1, 1), new Quorums(FILES, FIRST));
        log.members(Quorums.of(FIRST));
        log.append(zxid(1), entry(1, zxid(1)));
        log.sync();
        log.append(zxid(2), entry(2, zxid(2)));
        log.sync();
        log.members(new Quorums(FIRST, SECOND));
        log.truncate(zxid(1), Quorums.of(FIRST));
        log.epochs(new Epochs(2, 1));
        log.epochs(new Epochs(2, 2));
        log.close();
    }

    @Test
    void lossOfPowerLeavesMembersAndWhatGoesWithThemTogether() throws IOException {
        MemoryDisk whole = new MemoryDisk();
        live(whole);
        for (int at = 0; at <= whole.operations(); at++) {
            for (int draw = 0; draw < 6; draw++) {
                MemoryDisk disk = new MemoryDisk();
                disk.crashAfter(at);
                try {
                    live(disk);
                } catch (IOException e) {
                    assertThat(e).isInstanceOf(MemoryDisk.Crash.class);
                }
                MemberRecovered.Restored found = recover(disk.afterPowerLoss(new Prng(at * 31L + draw)));
                State state = new State(
                        found.epochs().current(),
                        found.state().lastZxid(),
                        found.record().members());
                assertThat(STATES).as("power lost at %d, draw %d", at, draw).contains(state);
            }
        }
    }

    @Test
    void aRecordWithoutMembersIsReadAsBefore() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        try (MemberLog log = MemberLog.open(disk, disk, LOG, recover(disk))) {
            log.epochs(new Epochs(3, 2));
        }
        assertThat(recover(disk).record().members()).isNull();
        try (MemberLog log = MemberLog.open(disk, disk, LOG, recover(disk))) {
            log.members(new Quorums(FIRST, SECOND));
            log.epochs(new Epochs(3, 3));
        }
        assertThat(recover(disk).record().members()).isEqualTo(new Quorums(FIRST, SECOND));
    }
}
