// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.base.Prng;
import io.zabra.core.log.Entry;
import io.zabra.core.log.Span;
import io.zabra.storage.member.MemberLog;
import io.zabra.storage.member.MemberRecovered;
import io.zabra.wire.txn.ErrorTxn;
import io.zabra.wire.txn.LoggedTxn;
import io.zabra.wire.txn.MultiTxn;
import io.zabra.wire.txn.SetDataTxn;
import io.zabra.wire.txn.TxnHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Folders in which a server of Apache's has logged again what was sent to it again.
class RepeatsTest {

    private static final int ALL = 40;
    private static final int LIVES = 2_000;

    private final MemoryDisk disk = new MemoryDisk();
    private final History history = new History(11);
    private final List<Entry> entries = new ArrayList<>();

    @BeforeEach
    void begin() throws IOException {
        Recovery.recover(disk, disk, Recovery.Options.defaults());
        for (long zxid = 1; zxid <= ALL; zxid++) {
            entries.add(new Entry(zxid, history.next().encode()));
        }
    }

    @Test
    void whatComesAgainIsTakenOutOfItsFile() throws IOException {
        log(disk, "log.1", range(1, 20), range(11, 20), range(21, 30));
        assertWell(restored(), 30);
        assertThat(restored().notes()).isEmpty();
        assertThat(disk.bytes("log.1")).isEqualTo(whole(1, 30));
    }

    @Test
    void theNotesTellOfEachFile() throws IOException {
        log(disk, "log.1", range(1, 20), range(11, 20));
        log(disk, "log.15", range(21, 25), range(21, 25), range(21, 30));
        assertThat(restored().notes())
                .containsExactly(
                        new RecoveryNote.RepeatsRemoved("/memory/log.1", 10),
                        new RecoveryNote.RepeatsRemoved("/memory/log.15", 10));
        assertThat(disk.bytes("log.15")).isEqualTo(whole(21, 30));
    }

    @Test
    void whatEndsInTheMiddleAndComesOnceMoreIsTakenOut() throws IOException {
        log(disk, "log.1", range(1, 20), range(1, 9), range(1, 20), range(20, 20), range(3, 21), range(22, 23));
        assertWell(restored(), 23);
        assertThat(disk.bytes("log.1")).isEqualTo(whole(1, 23));
    }

    @Test
    void aFileThatBeginsWithWhatIsInTheOneBeforeGetsTheNameOfItsFirstRecord() throws IOException {
        log(disk, "log.1", range(1, 20));
        log(disk, "log.b", range(11, 25));
        log(disk, "log.1a", range(26, 30));
        assertWell(restored(), 30);
        assertThat(names()).containsExactly("log.1", "log.15", "log.1a");
        assertThat(disk.bytes("log.15")).isEqualTo(whole(21, 25));
    }

    @Test
    void aFileOfWhichNothingIsLeftGoes() throws IOException {
        log(disk, "log.1", range(1, 20));
        log(disk, "log.5", range(5, 20));
        assertWell(restored(), 20);
        assertThat(names()).containsExactly("log.1");
    }

    @Test
    void whatSaysSomethingElseIsRefusedAndStays() throws IOException {
        List<Entry> other = new ArrayList<>(range(11, 20));
        other.set(4, new Entry(15, new LoggedTxn(new TxnHeader(1, 1, 15, 7, -1), new ErrorTxn(-1), null).encode()));
        log(disk, "log.1", range(1, 20), other, range(21, 30));
        assertRefused("zxid 0xb comes after 0x14");
    }

    @Test
    void whatWasNeverThereIsRefusedAndStays() throws IOException {
        log(disk, "log.1", range(1, 10), range(13, 20), range(11, 12));
        assertRefused("records are missing");
        log(disk, "log.1", range(5, 20), range(3, 20));
        assertRefused("records are missing");
    }

    /// It never logs anything twice: blocks of the disk have got to the wrong place.
    @Test
    void whatComesAgainInAFileOfZabrasIsRefusedAndStays() throws IOException {
        try (TxnLog log = TxnLog.open(disk, new TxnLog.Options(0, true, 1 << 16, 7), 0)) {
            for (Entry entry : range(1, 20)) {
                log.append(entry.zxid(), entry.bytes());
                log.sync();
            }
        }
        byte[] own = disk.bytes("log.1");
        log(disk, "again", range(11, 20), range(21, 30));
        byte[] again = disk.bytes("again");
        disk.delete("again");
        byte[] both = Arrays.copyOf(own, own.length + again.length - TxnLog.HEADER_BYTES);
        System.arraycopy(again, TxnLog.HEADER_BYTES, both, own.length, again.length - TxnLog.HEADER_BYTES);
        disk.put("log.1", both);
        assertRefused("zxid 0xb comes after 0x14");
    }

    @Test
    void aDamagedRecordAmongThemIsRefusedAndStays() throws IOException {
        log(disk, "log.1", range(1, 20), range(11, 20), range(21, 30));
        byte[] bytes = disk.bytes("log.1");
        bytes[whole(1, 20).length + 20] ^= 1;
        disk.put("log.1", bytes);
        assertRefused("the log is corrupt");
    }

    @Test
    void theRestOfARecordBehindThemIsCutAsEver() throws IOException {
        log(disk, "log.1", range(1, 20), range(11, 20), range(21, 30));
        byte[] bytes = disk.bytes("log.1");
        disk.put("log.1", Arrays.copyOf(bytes, bytes.length - 7));
        Recovered.Restored restored = restored();
        assertWell(restored, 29);
        assertThat(restored.notes())
                .hasSize(2)
                .hasAtLeastOneElementOfType(RecoveryNote.TornTail.class)
                .hasAtLeastOneElementOfType(RecoveryNote.RepeatsRemoved.class);
        assertThat(disk.bytes("log.1")).isEqualTo(whole(1, 29));
    }

    @Test
    void theRestOfARecordThatComesAgainIsCutToo() throws IOException {
        for (int missing : new int[] {1, 7}) {
            log(disk, "log.1", range(1, 20), range(11, 20));
            byte[] bytes = disk.bytes("log.1");
            disk.put("log.1", Arrays.copyOf(bytes, bytes.length - missing));
            assertWell(restored(), 20);
            assertThat(disk.bytes("log.1")).isEqualTo(whole(1, 20));
        }
    }

    @Test
    void digestsMayBeMissingTheSecondTime() throws IOException {
        List<Entry> bare = new ArrayList<>();
        for (Entry entry : range(1, 20)) {
            LoggedTxn logged = LoggedTxn.read(entry.bytes());
            bare.add(new Entry(entry.zxid(), new LoggedTxn(logged.header(), logged.txn(), null).encode()));
        }
        log(disk, "log.1", range(1, 20), bare, range(21, 30));
        assertWell(restored(), 30);
        assertThat(disk.bytes("log.1")).isEqualTo(whole(1, 30));
    }

    /// By Apache's leader in one way, by its followers in another.
    @Test
    void aMultiThatFailedMayBeLoggedInTwoWays() throws IOException {
        TxnHeader header = new TxnHeader(1, 1, 21, 1, 14);
        var first = new MultiTxn(List.of(
                new MultiTxn.Op(5, new SetDataTxn("/a", new byte[0], 1)), new MultiTxn.Op(-1, new ErrorTxn(-101))));
        var second =
                new MultiTxn(List.of(new MultiTxn.Op(-1, new ErrorTxn(0)), new MultiTxn.Op(-1, new ErrorTxn(-101))));
        log(
                disk,
                "log.1",
                range(1, 20),
                List.of(new Entry(21, new LoggedTxn(header, first, null).encode())),
                List.of(new Entry(21, new LoggedTxn(header, second, null).encode())));
        assertThat(restored().lastZxid()).isEqualTo(21);
    }

    @Test
    void aCrashAtAnyStepChangesNothingInTheEnd() throws IOException {
        for (int step = 0; step < 40; step++) {
            for (int seed = 0; seed < 5; seed++) {
                MemoryDisk crashing = disk.copy();
                log(crashing, "log.1", range(1, 20), range(11, 20));
                log(crashing, "log.b", range(11, 25), range(21, 25));
                log(crashing, "log.1a", range(26, 30), range(26, 28), range(27, 33));
                crashing.crashAfter(step);
                try {
                    Recovery.recover(crashing, crashing, Recovery.Options.defaults());
                } catch (MemoryDisk.Crash _) {
                    // That is what it is for.
                }
                assertAfter(crashing.afterKill());
                assertAfter(crashing.afterPowerLoss(new Prng(seed)));
            }
        }
    }

    private void assertAfter(MemoryDisk after) throws IOException {
        Recovered recovered = Recovery.recover(after, after, Recovery.Options.defaults());
        assertThat(recovered).isInstanceOf(Recovered.Restored.class);
        assertWell((Recovered.Restored) recovered, 33);
        assertThat(DataFile.logs(after.list()).stream().map(DataFile::name))
                .containsExactly("log.1", "log.15", "log.1a");
        assertThat(after.list()).noneMatch(name -> name.startsWith(DataFile.TEMPORARY));
    }

    /// The rest of one file would take the place of another that has more.
    @Test
    void filesThatOverlapInOtherWaysAreRefusedAndStay() throws IOException {
        log(disk, "log.1", range(1, 20));
        log(disk, "log.b", range(11, 25));
        log(disk, "log.15", range(21, 30));
        assertRefused("zxid 0xb comes after 0x14");
        byte[] last = disk.bytes("log.15");
        last[last.length - 20] ^= 1;
        disk.put("log.15", last);
        assertRefused("zxid 0xb comes after 0x14");
        assertThat(disk.bytes("log.15")).isEqualTo(last);
    }

    @Test
    void aLastFileThatIsNotTheLatestOneIsRefused() throws IOException {
        List<Entry> other = new ArrayList<>(range(11, 25));
        other.set(4, new Entry(15, new LoggedTxn(new TxnHeader(1, 1, 15, 7, -1), new ErrorTxn(-1), null).encode()));
        log(disk, "log.1", range(1, ALL));
        log(disk, "log.b", other);
        snapshotOf(10, disk);
        assertRefused("the log files overlap: there are records up to 0x28, but the last file ends at 0x19");
    }

    @Test
    void aFileBeforeTheSnapshotThatHasMoreThanTheLastOneIsFound() throws IOException {
        log(disk, "log.1", range(1, ALL));
        log(disk, "log.b", range(11, 25));
        snapshotOf(10, disk);
        assertWell(restored(), ALL);
        assertThat(names()).containsExactly("log.1");
    }

    @Test
    void theRestOfARecordIsNoFileOfItsOwn() throws IOException {
        for (int missing : new int[] {1, 7}) {
            log(disk, "log.1", range(1, 20));
            log(disk, "log.b", range(11, 21));
            byte[] bytes = disk.bytes("log.b");
            disk.put("log.b", Arrays.copyOf(bytes, bytes.length - missing));
            snapshotOf(12, disk);
            MemoryDisk member = disk.copy();
            assertWell(restored(), missing == 1 ? 21 : 20);
            assertWholeMember(member, missing == 1 ? 21 : 20);
            disk.list().stream().filter(name -> name.startsWith("log")).forEach(this::delete);
        }
    }

    /// A writer that goes on in a new file now and then, and now and then forgets what it has written.
    @Test
    void whateverAForgetfulWriterLeavesIsTakenWholeOrRefused() throws IOException {
        Prng random = new Prng(5);
        int taken = 0;
        for (int life = 0; life < LIVES; life++) {
            MemoryDisk folder = new MemoryDisk();
            int last = forgetfulWriter(folder, random);
            snapshotOf(random.chance(30) ? 1 + random.below(last) : 0, folder);
            MemoryDisk member = folder.copy();
            Recovered recovered = Recovery.recover(folder, folder, Recovery.Options.defaults());
            if (recovered instanceof Recovered.Restored restored) {
                assertWell(restored, last);
                assertWholeMember(member, last);
                taken++;
            } else {
                assertNothingIsGone(folder, last);
            }
        }
        assertThat(taken).isGreaterThan(LIVES / 2);
    }

    /// What it has written, as the highest zxid of a whole record.
    private int forgetfulWriter(MemoryDisk folder, Prng random) throws IOException {
        SortedMap<Integer, List<Entry>> files = new TreeMap<>();
        List<Entry> file = null;
        int next = 1;
        for (int i = 0; i < 45 && next <= ALL; i++) {
            if (file == null || random.below(12) == 0 && !files.containsKey(next)) {
                file = new ArrayList<>();
                files.put(next, file);
            }
            file.add(entries.get(next - 1));
            next = random.below(15) == 0 ? 1 + random.below(next) : next + 1;
        }
        for (Map.Entry<Integer, List<Entry>> each : files.entrySet()) {
            log(folder, DataFile.logName(each.getKey()), each.getValue());
        }
        return (int) files.values().stream()
                .flatMap(List::stream)
                .mapToLong(Entry::zxid)
                .max()
                .orElseThrow();
    }

    private void assertNothingIsGone(MemoryDisk folder, int last) throws IOException {
        Set<Long> there = new TreeSet<>();
        for (DataFile log : DataFile.logs(folder.list())) {
            try (LogReader reader = LogReader.open(folder, log.name())) {
                while (reader.next()) {
                    there.add(reader.zxid());
                }
            }
        }
        assertThat(there)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, last).boxed().toList());
    }

    private void assertWholeMember(MemoryDisk folder, int last) throws IOException {
        MemberRecovered.Restored member = MemberCrashTest.recover(folder);
        assertThat(member.state().lastZxid()).isEqualTo(last);
        try (MemberLog log = MemberLog.open(folder, folder, MemberCrashTest.LOG, member)) {
            for (Span span : member.start().spans()) {
                assertThat(log.read(span.first() - 1, span.last(), 1 << 20))
                        .extracting(Entry::zxid)
                        .containsExactlyElementsOf(LongStream.rangeClosed(span.first(), span.last())
                                .boxed()
                                .toList());
            }
        }
    }

    /// The only snapshot of the folder.
    private void snapshotOf(int zxid, MemoryDisk folder) throws IOException {
        for (DataFile snapshot : DataFile.snapshots(folder.list())) {
            folder.delete(snapshot.name());
        }
        History first = new History(11);
        for (int i = 0; i < zxid; i++) {
            first.next();
        }
        first.snapshot(folder);
    }

    private void delete(String name) {
        try {
            disk.delete(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aMemberHasTheWholeLogForItsLearners() throws IOException {
        log(disk, "log.1", range(1, 20), range(11, 20));
        log(disk, "log.b", range(11, ALL));
        MemberRecovered.Restored member = MemberCrashTest.recover(disk);
        assertThat(member.start().base()).isZero();
        assertThat(member.start().spans()).containsExactly(new Span(1, ALL));
        try (MemberLog log = MemberLog.open(disk, disk, MemberCrashTest.LOG, member)) {
            assertThat(log.read(0, ALL, 1 << 20)).usingRecursiveComparison().isEqualTo(entries);
        }
    }

    @Test
    void aMembersLogBeforeTheSnapshotIsMendedToo() throws IOException {
        log(disk, "log.1", range(1, 20), range(11, 20));
        log(disk, "log.b", range(11, ALL));
        history.snapshot(disk);
        assertThat(MemberCrashTest.recover(disk).state().notes()).hasSize(2);
        assertThat(disk.bytes("log.1")).isEqualTo(whole(1, 20));
        assertThat(disk.bytes("log.15")).isEqualTo(whole(21, ALL));
    }

    private Recovered.Restored restored() throws IOException {
        Recovered recovered = Recovery.recover(disk, disk, Recovery.Options.defaults());
        assertThat(recovered).isInstanceOf(Recovered.Restored.class);
        return (Recovered.Restored) recovered;
    }

    private void assertWell(Recovered.Restored restored, long last) {
        assertThat(restored.lastZxid()).isEqualTo(last);
        assertThat(restored.tree().digest()).isEqualTo(history.digestAt(last));
        assertThat(restored.notes()).noneMatch(RecoveryNote.DigestMismatch.class::isInstance);
    }

    private void assertRefused(String reason) throws IOException {
        List<String> names = disk.list();
        byte[] before = disk.bytes("log.1");
        Recovered recovered = Recovery.recover(disk, disk, Recovery.Options.defaults());
        assertThat(recovered)
                .isInstanceOfSatisfying(
                        Recovered.Refused.class,
                        refused -> assertThat(refused.message()).contains(reason));
        assertThat(disk.bytes("log.1")).isEqualTo(before);
        assertThat(disk.list()).isEqualTo(names);
    }

    private List<String> names() throws IOException {
        return disk.list().stream().filter(name -> name.startsWith("log")).toList();
    }

    private List<Entry> range(int first, int last) {
        return entries.subList(first - 1, last);
    }

    private byte[] whole(int first, int last) throws IOException {
        MemoryDisk other = new MemoryDisk();
        log(other, "log", range(first, last));
        return other.bytes("log");
    }

    @SafeVarargs
    private static void log(MemoryDisk disk, String name, List<Entry>... runs) throws IOException {
        if (disk.list().contains(name)) {
            disk.delete(name);
        }
        List<Entry> all = new ArrayList<>();
        for (List<Entry> run : runs) {
            all.addAll(run);
        }
        TxnLog.write(disk, name, all);
        disk.force();
    }
}
